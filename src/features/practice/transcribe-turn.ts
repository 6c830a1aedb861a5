import { splitWords } from '#base/word-edits.ts'
import type { Listening } from '#engines/speech/transcribe/listen.ts'
import { metGoalsOf } from './met-goals.ts'
import { insertTranscript } from './progress-queries.ts'
import type { StepOutcome } from './run-turn.ts'
import type { Transcript, TurnView } from './turn.ts'
import type { TurnContext } from './turn-context.ts'
import { rankResponses, vocabularyOf } from './variation.ts'

/** What is practised. */
const LANGUAGE = 'en'

const TYPED = { name: 'typed', model: null, version: '1' }
const APP = { name: 'app', model: null, version: '1' }

/** decoded → transcribed: what was typed, what the app heard, or what a transcriber hears in the sound. */
export async function transcribeTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const transcript = await toTranscript(context, view)
  const { userId, turnId } = view
  return { result: {}, store: (tx) => insertTranscript(tx, { userId, turnId, ...transcript }) }
}

async function toTranscript(context: TurnContext, view: TurnView): Promise<Transcript> {
  const { inputText, appTranscript, appId, userId, turnId } = view
  if (inputText !== null) return { ...UNHEARD, text: inputText, source: 'typed', transcriber: TYPED }
  if (appTranscript !== null) {
    const words = splitWords(appTranscript).map((text) => ({ text, ...UNMEASURED }))
    return { ...UNHEARD, text: appTranscript, words, source: 'app', transcriber: APP }
  }
  const audio = await context.audioOf(view)
  if (!audio) throw new Error(`Turn ${turnId} has neither text nor sound`)
  const { variation } = context
  const metGoals = metGoalsOf(await context.turnsBefore(view))
  return fromListening(
    await context.listen({
      samples: audio.samples,
      language: LANGUAGE,
      vocabulary: vocabularyOf(variation),
      expected: rankResponses(variation, metGoals).map(({ text }) => text),
      pronunciations: variation.pronunciations,
      attribution: { appId, userId, turnId },
    }),
  )
}

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

function fromListening({ heard, heardBy, ...passes }: Listening): Transcript {
  const { confidence, producer, dropped } = heard
  const source = heardBy === 'embedded' ? 'matched' : 'transcribed'
  const common = { ...UNHEARD, ...passes, confidence, dropped, source, transcriber: producer } as const
  if (heard.status === 'no_match') return { ...common, text: null, unmatchedReason: heard.reason }
  const { text, words, language, faults } = heard
  const isTimed = words.some(({ startMs }) => startMs !== null)
  const timedBy = source === 'matched' ? ('aligner' as const) : ('transcriber' as const)
  return { ...common, text, words, language, faults, timedBy: isTimed ? timedBy : null }
}
