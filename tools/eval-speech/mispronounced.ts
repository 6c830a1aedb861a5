import type { Judged } from './agreement.ts'
import { wordPairs } from './agreement.ts'

/** Experts scored a word below this, of 10: it was mispronounced. */
const POOR_WORD_BELOW = 7

export type CurvePoint = { below: number; precision: number; recall: number }

/** Of the words with a score below each threshold, how many the experts scored below 7, and how many of those were found. */
export function mispronouncedCurve(judged: readonly Judged[], thresholds: readonly number[]): CurvePoint[] {
  const words = judged.flatMap(wordPairs)
  const poor = words.filter(([, experts]) => experts < POOR_WORD_BELOW).length
  return thresholds.map((below) => {
    const found = words.filter(([ours]) => ours < below)
    const right = found.filter(([, experts]) => experts < POOR_WORD_BELOW).length
    return { below, precision: right / Math.max(1, found.length), recall: right / Math.max(1, poor) }
  })
}
