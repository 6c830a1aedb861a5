import { wordSimilarity } from '#base/word-edits.ts'
import type { ReferenceChoice } from './turn.ts'
import type { RankedResponse } from './variation.ts'

/**
 * From here on what was said is taken for an attempt at the expected response, and scored against that: words left
 * out or exchanged then count. At most one word in five may differ, so of up to four words none: of the 326 pairs of
 * authored responses that serve one goal no two are as near, of the 1,159 others one, which is twice the same words.
 */
export const REFERENCE_SIMILARITY = 0.8

/** The expected response that comes nearest by words, or what was said itself where none is near. First of equals. */
export function chooseReference(said: string, responses: readonly RankedResponse[]): ReferenceChoice {
  let nearest: ReferenceChoice['nearest'] = null
  for (const { text, goal, kind } of responses) {
    const similarity = Math.round(wordSimilarity(said, text) * 1_000) / 1_000
    if (similarity > (nearest?.similarity ?? 0)) nearest = { text, goal, kind, similarity }
  }
  return nearest && nearest.similarity >= REFERENCE_SIMILARITY
    ? { basis: 'expected_response', text: nearest.text, nearest }
    : { basis: 'transcript', text: said, nearest }
}
