import { comparableWords } from '#base/text-similarity.ts'

/** What is judged of words, 0 to 100; null where nothing can be said. */
export const JUDGED_ASPECTS = ['appropriateness', 'grammar', 'vocabulary'] as const
export type JudgedAspect = (typeof JUDGED_ASPECTS)[number]
export type JudgedScores = Record<JudgedAspect, number | null>

/** Published with the API. So few words that serve no goal show no more than this, whatever a judge says. */
const CAPS = [
  { words: 3, score: 60 },
  { words: 6, score: 80 },
] as const
const OFF_TOPIC_APPROPRIATENESS = 40

export type CapInput = {
  scores: JudgedScores
  said: string
  /** A goal that the words show, or a response of the author that they match. */
  hasEvidence: boolean
  isOffTopic: boolean
}

/**
 * A judge is a model, and may be talked into points. Words that reach a goal, or say what the author expects, are scored
 * as judged; others are scored no higher than so many words can show. `capped`: what the judge said where it was more.
 */
export function capScores({ scores, said, hasEvidence, isOffTopic }: CapInput): {
  scores: JudgedScores
  capped: Partial<Record<JudgedAspect, number>>
} {
  const length = comparableWords(said).length
  const most = hasEvidence ? 100 : (CAPS.find(({ words }) => length <= words)?.score ?? 100)
  const capOf = (aspect: JudgedAspect) =>
    aspect === 'appropriateness' && isOffTopic && !hasEvidence
      ? Math.min(most, OFF_TOPIC_APPROPRIATENESS)
      : most
  const capped: Partial<Record<JudgedAspect, number>> = {}
  const kept = { ...scores }
  for (const aspect of JUDGED_ASPECTS) {
    const judged = scores[aspect]
    if (judged === null || judged <= capOf(aspect)) continue
    capped[aspect] = judged
    kept[aspect] = capOf(aspect)
  }
  return { scores: kept, capped }
}

export const UNSCORED: JudgedScores = { appropriateness: null, grammar: null, vocabulary: null }
