import { compareWords } from '#base/word-edits.ts'
import type { WordSpan } from '#engines/speech/model/align-words.ts'
import { type LabelledWord, type Recording, withoutStress } from './corpus.ts'

const FRAME_SAMPLES = 320
const MARGIN_SAMPLES = 5 * FRAME_SAMPLES

/** The recording with the sound of one word cut out. */
export function withoutWord(
  samples: Float32Array,
  word: WordSpan | undefined,
  offsetMs: number,
): Float32Array {
  const offset = offsetMs * 16
  const first = offset + (word?.phones[0]?.first ?? 0) * FRAME_SAMPLES
  const last = offset + (word?.phones.at(-1)?.last ?? 0) * FRAME_SAMPLES
  const rest = new Float32Array(samples.length - (last - first))
  rest.set(samples.subarray(0, first))
  rest.set(samples.subarray(last), first)
  return rest
}

/** Some words that follow each other, with a little of what stands around them. */
export function onlyWords(samples: Float32Array, words: readonly WordSpan[], offsetMs: number): Float32Array {
  const offset = offsetMs * 16
  const first = offset + (words[0]?.phones[0]?.first ?? 0) * FRAME_SAMPLES
  const last = offset + (words.at(-1)?.phones.at(-1)?.last ?? 0) * FRAME_SAMPLES
  return samples.subarray(Math.max(0, first - MARGIN_SAMPLES), last + MARGIN_SAMPLES)
}

/** Any of them, by chance. */
export function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('Nothing to pick from')
  return item
}

const CANDIDATES = 200
/** A word whose phones are nearer is hardly another. */
const LEAST_DISTANCE = 0.3

/** For each word one that sounds like it, of two hundred by chance: what a text may be to another language's cognates. */
export function soundAlikes(
  words: readonly LabelledWord[],
  all: readonly Recording[],
  random: () => number,
): LabelledWord[] {
  return words.map((word) => {
    const candidates = Array.from({ length: CANDIDATES }, () => pick(pick(all, random).words, random))
      .map((other) => ({ other, distance: phoneDistance(word, other) }))
      .filter(({ distance }) => distance >= LEAST_DISTANCE)
      .sort((one, other) => one.distance - other.distance)
    return candidates[0]?.other ?? word
  })
}

/** 0 for the same phones, 1 for none in common. */
function phoneDistance(one: LabelledWord, other: LabelledWord): number {
  const [left, right] = [one.phones.map(withoutStress), other.phones.map(withoutStress)]
  return compareWords(left, right).distance / Math.max(left.length, right.length)
}

/** Park and Miller's generator: the same choices on every run. */
export function randomFrom(seed: number): () => number {
  let state = (seed * 48_271 + 1) % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
