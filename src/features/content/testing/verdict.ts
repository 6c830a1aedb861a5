import type { Grade } from './grade.ts'

export type Status = Grade['status']
export type Weighed = { grade: Grade; weight: number }
export type Verdict = { status: Status; score: number | null }

/**
 * What the grades of a test come to. Without a threshold each has to pass; with one, the weighted mean of the scores
 * decides alone. What was skipped counts for nothing. An error leaves the verdict open only where it could still turn
 * it; weight 0 never fails, as in promptfoo.
 */
export function verdictOf(all: readonly Weighed[], threshold?: number): Verdict {
  const counted = all.filter(({ grade }) => grade.status !== 'SKIP')
  if (counted.length === 0) return { status: 'SKIP', score: null }
  const weighty = counted.filter(({ weight }) => weight > 0)
  const least = meanScore(weighty, 0)
  const most = meanScore(weighty, 1)
  const score = least === most ? least : null
  return {
    status: threshold === undefined ? strictStatus(weighty) : openStatus({ least, most, threshold }),
    score,
  }
}

function strictStatus(weighty: readonly Weighed[]): Status {
  const has = (status: Status) => weighty.some(({ grade }) => grade.status === status)
  if (has('FAIL')) return 'FAIL'
  return has('ERROR') ? 'ERROR' : 'PASS'
}

function openStatus({ least, most, threshold }: { least: number; most: number; threshold: number }): Status {
  if (least >= threshold) return 'PASS'
  return most < threshold ? 'FAIL' : 'ERROR'
}

/** `unknown`: the score that stands for a grade that nobody could give. */
function meanScore(weighty: readonly Weighed[], unknown: number): number {
  const total = weighty.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return 1
  return weighty.reduce((sum, { grade, weight }) => sum + weight * (grade.score ?? unknown), 0) / total
}
