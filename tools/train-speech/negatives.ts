import type { WordSpan } from '#engines/speech/model/align-words.ts'

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

/** Park and Miller's generator: the same choices on every run. */
export function randomFrom(seed: number): () => number {
  let state = (seed * 48_271 + 1) % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
