import { splitWords } from '#base/word-edits.ts'
import type { Assessment } from '../assessment.ts'
import type { Fallback, Listening } from './listen.ts'
import { timeWords } from './time-words.ts'
import type { DroppedText, Producer, TranscribedWord } from './transcriber.ts'

/** What was said in one utterance and how that is known, as it is stored and answered. */
export type UtteranceTranscript = {
  /** What scores are made from; `null` when nothing was understood, and `unmatchedReason` says why. */
  text: string | null
  unmatchedReason: string | null
  words: TranscribedWord[]
  confidence: number | null
  source: 'typed' | 'app' | 'matched' | 'transcribed'
  transcriber: Producer
  /** As the transcriber names what it heard. */
  language: string | null
  timedBy: 'transcriber' | 'aligner' | null
  /** What a transcriber gave although it cannot have been said. */
  dropped: DroppedText[]
  /** What was wrong with the transcriber's answer. */
  faults: string[]
  /** The transcriber that was asked first and failed. */
  fallback: Fallback | null
  /** Where a second pass that knew which words to expect heard others: what a reply goes by. */
  understood: Understood | null
  secondPassFailure: string | null
}

export type Understood = { text: string; confidence: number | null; producer: Producer }

const TYPED = { name: 'typed', model: null, version: '1' }
const APP = { name: 'app', model: null, version: '1' }
const UNMEASURED = { startMs: null, endMs: null, confidence: null }

/** What is known of words that no transcriber of ours heard. */
const UNHEARD = {
  unmatchedReason: null,
  words: [],
  confidence: null,
  language: null,
  timedBy: null,
  dropped: [],
  faults: [],
  fallback: null,
  understood: null,
  secondPassFailure: null,
}

export const transcriptOfTyping = (text: string): UtteranceTranscript => ({
  ...UNHEARD,
  text,
  source: 'typed',
  transcriber: TYPED,
})

/** What the app's own recogniser heard: trusted as words, never as a score. */
export function transcriptOfApp(text: string): UtteranceTranscript {
  const words = splitWords(text).map((word) => ({ text: word, ...UNMEASURED }))
  return { ...UNHEARD, text, words, source: 'app', transcriber: APP }
}

export function transcriptOfListening({ heard, heardBy, ...passes }: Listening): UtteranceTranscript {
  const { confidence, producer, dropped } = heard
  const source = heardBy === 'embedded' ? 'matched' : 'transcribed'
  const common = { ...UNHEARD, ...passes, confidence, dropped, source, transcriber: producer } as const
  if (heard.status === 'no_match') return { ...common, text: null, unmatchedReason: heard.reason }
  const { text, words, language, faults } = heard
  const isTimed = words.some(({ startMs }) => startMs !== null)
  const timedBy = source === 'matched' ? ('aligner' as const) : ('transcriber' as const)
  return { ...common, text, words, language, faults, timedBy: isTimed ? timedBy : null }
}

/** Words that came without times have them from the alignment that scored them; `undefined` where it has none. */
export function findTimes(
  transcript: UtteranceTranscript | null,
  detail: Assessment | null,
): TranscribedWord[] | undefined {
  if (!transcript || !detail || transcript.timedBy !== null || transcript.words.length === 0) return undefined
  const words = timeWords(transcript.words, detail.words)
  return words.some(({ startMs }) => startMs !== null) ? words : undefined
}
