import type { SentenceScore } from '#engines/speech/assessment.ts'
import type { SessionScores } from './session.ts'
import type { TurnView } from './turn.ts'

/** The weakest aspect weighs most, as a listener judges: one poor side is not made good by the others. */
const WEIGHT_OF_WEAKEST = 0.6

/**
 * Means over the turns that were scored or judged; overall = 0.6 × the weakest aspect + 0.4 × the mean of the others.
 * `null` without such a turn.
 */
export function scoreSession(turns: TurnView[]): SessionScores {
  const pronunciation = meanScore(turns, 'accuracy')
  const fluency = meanScore(turns, 'fluency')
  const appropriateness = roundedMean(turns.flatMap(({ judgement }) => judgement?.appropriateness ?? []))
  return {
    overall: combine([pronunciation, fluency, appropriateness].filter((score) => score !== null)),
    pronunciation,
    fluency,
    appropriateness,
  }
}

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
