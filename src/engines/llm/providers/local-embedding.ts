import { createHash } from 'node:crypto'

export const LOCAL_DIMENSIONS = 384
const GRAM_LENGTH = 3
/** Words carry more of the sense than their letters do. */
const WORD_WEIGHT = 2

/** Says what it is: a count of words and letters, hashed, and no model of meaning. */
export const localModelName = (dimensions: number) => `local-hash-${dimensions}`

/**
 * A vector of length 1 from the words of a text and their letters, three at a time, so that "ordering coffee" is near
 * "order a coffee" and nothing is downloaded. It knows no synonyms and no other language. Always the same for a text.
 */
export function localEmbedding(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0)
  for (const [feature, weight] of featuresOf(text)) {
    const { place, sign } = hashOf(feature, dimensions)
    vector[place] = (vector[place] ?? 0) + sign * weight
  }
  const length = Math.hypot(...vector)
  if (length === 0) return vector.map((_, place) => (place === 0 ? 1 : 0))
  return vector.map((value) => value / length)
}

function* featuresOf(text: string): Generator<[feature: string, weight: number]> {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  for (const word of words) {
    yield [`w:${word}`, WORD_WEIGHT]
    const letters = [...`^${word}$`]
    for (let at = 0; at + GRAM_LENGTH <= letters.length; at += 1) {
      yield [`g:${letters.slice(at, at + GRAM_LENGTH).join('')}`, 1]
    }
  }
}

/** The sign keeps features that share a place from adding up to what neither says. */
function hashOf(feature: string, dimensions: number): { place: number; sign: 1 | -1 } {
  const digest = createHash('sha1').update(feature).digest()
  return { place: digest.readUInt32BE(0) % dimensions, sign: (digest[4] ?? 0) % 2 === 0 ? 1 : -1 }
}
