import type { FluencyFacts, Pause, Repetition } from './assessment.ts'
import { isVowel } from './phones.ts'
import type { TimedPhone } from './timed-words.ts'

/** Shorter silences are part of articulation (Goldman-Eisler, "Psycholinguistics", 1968, chapter 1). */
export const MIN_PAUSE_MS = 250

/** Anything that was said and when: its vowels are counted as syllables. */
export type TimedWord = { phones: readonly TimedPhone[] }

export type Timing = {
  syllables: number
  /** From the first sound of the first word to the last of the last one. */
  totalMs: number
  /** The same without the silences between words, short ones too. */
  phonationMs: number
  pauses: Pause[]
  /** Silences between words, in order. */
  gapsMs: number[]
}

/** Words without phones are passed over; `undefined` when none is left. */
export function timeWords(words: readonly TimedWord[]): Timing | undefined {
  const phones = words.flatMap((word) => word.phones)
  const first = phones[0]
  const last = phones.at(-1)
  if (!first || !last) return undefined
  const gaps = words
    .filter((word) => word.phones.length > 0)
    .flatMap((word, index, spoken) => gapAfter(word, spoken[index + 1]))
  return {
    syllables: phones.filter(({ phone }) => isVowel(phone)).length,
    totalMs: last.startMs + last.durationMs - first.startMs,
    phonationMs: phones.reduce((sum, { durationMs }) => sum + durationMs, 0),
    pauses: gaps.filter(({ durationMs }) => durationMs >= MIN_PAUSE_MS),
    gapsMs: gaps.map(({ durationMs }) => durationMs),
  }
}

/**
 * Speech rate = syllables / total time; articulation rate = syllables / phonation time; phonation ratio = phonation
 * time / total time; mean length of run = syllables between two pauses (de Jong and Wempe, Behavior Research Methods 41, 2009). The time before the
 * first word and after the last is nobody's pause.
 */
export function fluencyFacts(
  { syllables, totalMs, phonationMs, pauses }: Timing,
  repetitions: readonly Repetition[],
): FluencyFacts {
  return {
    syllablesPerSecond: roundRate(syllables / Math.max(0.01, totalMs / 1_000)),
    articulationRate: roundRate(syllables / Math.max(0.01, phonationMs / 1_000)),
    phonationRatio: roundRate(phonationMs / Math.max(1, totalMs)),
    pauses,
    pauseCount: pauses.length,
    pauseTotalMs: pauses.reduce((sum, { durationMs }) => sum + durationMs, 0),
    meanRunSyllables: roundRate(syllables / (pauses.length + 1)),
    repetitions: [...repetitions],
  }
}

function gapAfter(word: TimedWord, next: TimedWord | undefined): Pause[] {
  const last = word.phones.at(-1)
  const following = next?.phones[0]
  if (!last || !following) return []
  const startMs = last.startMs + last.durationMs
  const durationMs = following.startMs - startMs
  return durationMs > 0 ? [{ startMs, durationMs }] : []
}

const roundRate = (rate: number) => Math.round(rate * 100) / 100
