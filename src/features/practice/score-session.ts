import type { SentenceScore } from '#engines/speech/assessment.ts'
import type { SessionScores } from './session.ts'
import type { TurnView } from './turn.ts'

/** The weakest aspect weighs most, as a listener judges: one poor side is not made good by the others. */
const WEIGHT_OF_WEAKEST = 0.6

/** Published with the API: each level of help that was asked for, and no more than the variation has to give. */
export const POINTS_PER_HINT_LEVEL = 3

/**
 * Means over the turns that were scored or judged; overall = 0.6 × the weakest aspect + 0.4 × the mean of the others,
 * less 3 points for each level of hints that was shown. `null` without such a turn.
 */
export function scoreSession(
  turns: TurnView[],
  { highestHintLevel }: { highestHintLevel: number },
): SessionScores {
  const pronunciation = meanScore(turns, 'accuracy')
  const fluency = meanScore(turns, 'fluency')
  const appropriateness = roundedMean(turns.flatMap(({ judgement }) => judgement?.appropriateness ?? []))
  const unaided = combine([pronunciation, fluency, appropriateness].filter((score) => score !== null))
  return {
    overall: unaided === null ? null : Math.max(0, unaided - hintPenalty(highestHintLevel)),
    pronunciation,
    fluency,
    appropriateness,
  }
}

export const hintPenalty = (highestHintLevel: number) => POINTS_PER_HINT_LEVEL * highestHintLevel

export function combine(scores: number[]): number | null {
  const [weakest, ...others] = scores.toSorted((a, b) => a - b)
  if (weakest === undefined) return null
  if (others.length === 0) return weakest
  return Math.round(WEIGHT_OF_WEAKEST * weakest + (1 - WEIGHT_OF_WEAKEST) * mean(others))
}

function meanScore(turns: TurnView[], aspect: SentenceScore): number | null {
  return roundedMean(turns.flatMap(({ assessment }) => assessment?.detail?.scores[aspect] ?? []))
}

const roundedMean = (scores: number[]) => (scores.length === 0 ? null : Math.round(mean(scores)))

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
