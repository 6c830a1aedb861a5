import { AppError } from '#base/errors.ts'
import type { Embed } from '#engines/llm/complete.ts'
import { fail, failedToGrade, type Grade, pass, quote, skip } from './grade.ts'
import type { Json } from './json.ts'

export type SimilarQuestion = { text: string; value: Json | undefined; threshold: number | undefined }
export type GradeBySimilarity = (question: SimilarQuestion) => Promise<Grade>

export type SimilarDeps = {
  embed: Embed
  testId: string
  /** Whether a model would make the embeddings, and not the count of words and letters that is made here. */
  hasModel: boolean
}

/** Promptfoo's default: a cosine below it is another meaning. */
const SIMILAR_THRESHOLD = 0.75

/**
 * How near a text is in meaning to the nearest of the texts expected, by the cosine of their embeddings. Embeddings that
 * are made here are not asked: they find what shares words, and "it is open" and "it is not open" share nearly all.
 */
export function createSimilarityGrader({ embed, testId, hasModel }: SimilarDeps): GradeBySimilarity {
  return async ({ text, value, threshold = SIMILAR_THRESHOLD }) => {
    if (!hasModel)
      return skip('no model for embeddings is set, and those made here know words and no meaning')
    if (text.trim() === '') return fail('there is no text to compare')
    const expected = [value].flat().map(String)
    try {
      const made = await embed(
        { texts: [text, ...expected] },
        { attribution: { appId: 'content-test', userId: testId, turnId: null } },
      )
      const [own = [], ...others] = made.vectors
      const nearness = others.map((other) => cosine(own, other))
      const nearest = Math.max(...nearness)
      const score = Math.min(1, Math.max(0, nearest))
      const found = `${quote(text)} is ${nearest.toFixed(3)} near ${quote(expected[nearness.indexOf(nearest)] ?? '')} by ${made.provider}/${made.model}, ${threshold} needed`
      return nearest >= threshold ? pass(found, score) : fail(found, score)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return failedToGrade(`there are no embeddings to compare: ${error.code}: ${error.message}`)
    }
  }
}

/** Of the angle between them, whatever their lengths; the engine lets no vector of zeros through. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  let dot = 0
  for (const [place, value] of one.entries()) dot += value * (other[place] ?? 0)
  return dot / (Math.hypot(...one) * Math.hypot(...other))
}
