import { plainWord } from '#base/word-edits.ts'
import { findAnnotations } from './annotations.ts'
import { isKnownHallucination } from './hallucination-phrases.ts'
import { type SpeechEvidence, speechMsIn } from './speech-evidence.ts'
import type { DroppedText, DropReason } from './transcriber.ts'
import type { Heard, HeardWord, SegmentMeasures } from './transcription-provider.ts'

/**
 * More cannot have been said in the speech that is there. Of 500 recordings of the speech corpus (every fifth line,
 * their true texts against the speech found in them) half have 2.4 words a second, the fastest 4.4; none loses a word.
 */
const MAX_WORDS_PER_SECOND = 8
/** A made-up "Thank you." stands on a click or a breath; a spoken one lasts longer than this. */
const MIN_PHRASE_SPEECH_MS = 300
/** Whisper's own limits for silence and for loops (openai/whisper, transcribe.py; Radford et al. 2022, section 4.5). */
const MAX_NO_SPEECH_PROBABILITY = 0.6
const MIN_AVERAGE_LOGPROB = -1
const MAX_COMPRESSION_RATIO = 2.4
const MAX_LOOP_WORDS = 8
const MIN_LOOP_REPEATS = 4

export type Checked = { words: HeardWord[]; dropped: DroppedText[]; isFasterThanSpeech: boolean }

/**
 * Leaves out what nobody said, by its marks, and what the sound has no room for: stretches that the model itself took for
 * silence, loops, and phrases that models are known to make up. Where the speech is long and clear enough for the words,
 * nothing else is dropped, whatever they are.
 */
export function dropHallucinations(heard: Heard, evidence: SpeechEvidence): Checked {
  const annotations = annotatedWords(heard.words)
  const said = split(heard.words, (_, index) => annotations.has(index))
  const silent = split(said.kept, (word) => isSilent(measuresOf(heard, word)))
  const loops = findRepeats(silent.kept, (run) => isLoop(run, { heard, evidence }))
  const spoken = split(silent.kept, (_, index) => loops.has(index))
  const phrases = sentencesOf(spoken.kept).filter((sentence) => isMadeUp(sentence, evidence))
  const madeUp = new Set(phrases.flat())
  const words = spoken.kept.filter((word) => !madeUp.has(word))
  return {
    words,
    dropped: [
      ...toDropped(said.runs, 'annotation'),
      ...toDropped(silent.runs, 'model_heard_no_speech'),
      ...toDropped(spoken.runs, 'repetition'),
      ...toDropped(phrases, 'known_hallucination'),
    ],
    isFasterThanSpeech: isTooMuch(words, evidence),
  }
}

/** Indices of words that lie in an annotation, wholly or in part. */
function annotatedWords(words: HeardWord[]): Set<number> {
  let at = 0
  const places = words.map(({ text }) => {
    const start = at
    at += text.length + 1
    return { start, end: start + text.length }
  })
  const spans = findAnnotations(words.map(({ text }) => text).join(' '))
  const isIn = (place: { start: number; end: number }) =>
    spans.some(({ start, end }) => place.start < end && place.end > start)
  return new Set(places.flatMap((place, index) => (isIn(place) ? [index] : [])))
}

const measuresOf = ({ segments }: Heard, { segment }: HeardWord) =>
  segment === null ? undefined : segments[segment]

const isSilent = (measures: SegmentMeasures | undefined) =>
  (measures?.noSpeechProbability ?? 0) > MAX_NO_SPEECH_PROBABILITY &&
  (measures?.averageLogprob ?? 0) < MIN_AVERAGE_LOGPROB

/** A learner may well say a word four times; a loop is more than the speech has room for. */
const isLoop = (run: HeardWord[], { heard, evidence }: { heard: Heard; evidence: SpeechEvidence }) =>
  isTooMuch(run, evidence) ||
  run.some((word) => (measuresOf(heard, word)?.compressionRatio ?? 0) > MAX_COMPRESSION_RATIO)

function isMadeUp(sentence: HeardWord[], evidence: SpeechEvidence): boolean {
  if (!isKnownHallucination(sentence.map(({ text }) => text))) return false
  const isUnclear = evidence.quality.reason === 'too_noisy' || evidence.quality.reason === 'no_speech'
  return isUnclear || isTooMuch(sentence, evidence) || speechOf(sentence, evidence) < MIN_PHRASE_SPEECH_MS
}

const isTooMuch = (words: HeardWord[], evidence: SpeechEvidence) =>
  words.length * 1_000 > speechOf(words, evidence) * MAX_WORDS_PER_SECOND

const speechOf = (words: HeardWord[], evidence: SpeechEvidence) =>
  speechMsIn(evidence, { startMs: words[0]?.startMs ?? null, endMs: words.at(-1)?.endMs ?? null })

/** Indices of every repeat but the first of one to eight words that come at least four times in a row. */
function findRepeats(words: HeardWord[], isMeant: (run: HeardWord[]) => boolean): Set<number> {
  const plain = words.map(({ text }) => plainWord(text))
  const repeats = new Set<number>()
  let at = 0
  while (at < words.length) {
    const loop = longestLoop(plain, at)
    const isDropped = loop !== undefined && isMeant(words.slice(at, loop.end))
    if (isDropped) for (let index = at + loop.size; index < loop.end; index += 1) repeats.add(index)
    at = loop?.end ?? at + 1
  }
  return repeats
}

function longestLoop(words: string[], start: number): { size: number; end: number } | undefined {
  for (let size = 1; size <= MAX_LOOP_WORDS; size += 1) {
    let end = start + size
    while (end < words.length && words[end] === words[end - size]) end += 1
    const repeats = Math.floor((end - start) / size)
    if (repeats >= MIN_LOOP_REPEATS) return { size, end: start + repeats * size }
  }
  return undefined
}

/** Up to a full stop, or to the border of two of the model's segments. */
function sentencesOf(words: HeardWord[]): HeardWord[][] {
  const sentences: HeardWord[][] = []
  let isOpen = false
  for (const word of words) {
    const current = sentences.at(-1)
    if (isOpen && current && current.at(-1)?.segment === word.segment) current.push(word)
    else sentences.push([word])
    isOpen = !/[.!?。？！…]["'”’)\]]*$/u.test(word.text)
  }
  return sentences
}

/** What stays, and what goes as runs of neighbours. */
function split(
  words: HeardWord[],
  isDropped: (word: HeardWord, index: number) => boolean,
): { kept: HeardWord[]; runs: HeardWord[][] } {
  const kept: HeardWord[] = []
  const runs: HeardWord[][] = []
  let isInRun = false
  for (const [index, word] of words.entries()) {
    const isGone = isDropped(word, index)
    if (!isGone) kept.push(word)
    else if (isInRun) runs.at(-1)?.push(word)
    else runs.push([word])
    isInRun = isGone
  }
  return { kept, runs }
}

const MAX_PHRASE_CHARACTERS = 200

const toDropped = (runs: HeardWord[][], reason: DropReason): DroppedText[] =>
  runs.map((words) => ({
    phrase: words
      .map(({ text }) => text)
      .join(' ')
      .slice(0, MAX_PHRASE_CHARACTERS),
    reason,
  }))
