import type { Json } from './json.ts'

/** Score from 0 to 1; `reason` says what was found, for whoever has to mend it. */
export type Grade =
  | { status: 'PASS' | 'FAIL'; score: number; reason: string }
  /** Nobody could say: the grader is down, the price unknown. Never a failure of what is tested. */
  | { status: 'ERROR'; score: null; reason: string }
  | { status: 'SKIP'; score: null; reason: string }

export const pass = (reason: string, score = 1): Grade => ({ status: 'PASS', score, reason })
export const fail = (reason: string, score = 0): Grade => ({ status: 'FAIL', score, reason })
export const failedToGrade = (reason: string): Grade => ({ status: 'ERROR', score: null, reason })
export const skip = (reason: string): Grade => ({ status: 'SKIP', score: null, reason })

/** `claim` is what is true when it is met. */
export const graded = (isMet: boolean, claim: string): Grade =>
  isMet ? pass(claim) : fail(`it is not so that ${claim}`)

/** What could not be graded stays so: the opposite of unknown is unknown. */
export function negate(grade: Grade): Grade {
  if (grade.score === null) return grade
  // The reason says what was found, which stays true.
  return grade.status === 'FAIL' ? pass(grade.reason, 1 - grade.score) : fail(grade.reason, 1 - grade.score)
}

const MAX_QUOTED = 160

/** Long replies are cut: a report is read by people. */
export function quote(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const line = text.replace(/\s+/g, ' ')
  return `'${line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line}'`
}
