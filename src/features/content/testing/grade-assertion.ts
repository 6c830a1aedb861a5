import { withoutNot } from '../assertion-rules.ts'
import type { Assertion, PlainAssertion, Scope } from '../authored-tests.ts'
import { fillValue } from './fill-value.ts'
import { fail, failedToGrade, type Grade, negate, pass } from './grade.ts'
import { FACT_GRADES, gradeFact, PRACTICE_GRADES } from './grade-practice.ts'
import type { GradeByRubric } from './grade-rubric.ts'
import type { GradeBySimilarity } from './grade-similar.ts'
import { TEXT_GRADES } from './grade-text.ts'
import type { Json } from './json.ts'
import { type CallFacts, type Played, transcriptOf } from './played.ts'
import { verdictOf } from './verdict.ts'

/** How one assertion came out; a set names those inside of it too. */
export type AssertionResult = {
  type: string
  metric?: string
  weight: number
  grade: Grade
  inner: AssertionResult[]
}

export type Subject = {
  played: Played
  /** Of the call that is tested: its latency is asserted. */
  purpose: string
  /** The calls whose cost is asserted, without the grader's and the learner's own. */
  calls: readonly CallFacts[]
  variables: Readonly<Record<string, string>>
  gradeByRubric: GradeByRubric
  gradeBySimilarity: GradeBySimilarity
}

export async function gradeAssertion(assertion: Assertion, subject: Subject): Promise<AssertionResult> {
  const { type, weight = 1, metric } = assertion
  const about = { type, weight, ...(metric === undefined ? {} : { metric }) }
  if (assertion.type !== 'assert-set')
    return { ...about, grade: await gradePlain(assertion, subject), inner: [] }
  const inner: AssertionResult[] = []
  for (const each of assertion.assert) inner.push(await gradeAssertion(each, subject))
  return { ...about, grade: gradeOfSet(inner, assertion.threshold), inner }
}

function gradeOfSet(inner: readonly AssertionResult[], threshold: number | undefined): Grade {
  const { status, score } = verdictOf(inner, threshold)
  const reason = inner.map(({ type, grade }) => `${type} ${grade.status}`).join(', ')
  if (status === 'PASS') return pass(reason, score ?? 1)
  if (status === 'FAIL') return fail(reason, score ?? 0)
  return { status, score: null, reason }
}

async function gradePlain(assertion: PlainAssertion, subject: Subject): Promise<Grade> {
  const { value, missing } = fillValue(assertion.value, subject.variables)
  if (missing.length > 0) return failedToGrade(`nobody fills {{${missing.join('}}, {{')}}} of its value`)
  const plain = withoutNot(assertion.type)
  const turn = assertion.type.startsWith('not-') ? negate : (grade: Grade) => grade
  const byPractice = PRACTICE_GRADES[plain]
  if (byPractice) return turn(byPractice(subject.played, { value, threshold: assertion.threshold ?? 0 }))
  if (plain in FACT_GRADES) return turn(gradeFact(plain, callsFor(plain, subject), assertion.threshold ?? 0))
  return gradeTexts(subject.played, assertion.of ?? 'last-reply', async (text) =>
    turn(await gradeText(text, { ...assertion, type: plain, value }, subject)),
  )
}

/** Whoever waits for a reply does not wait for the judge behind it; both are paid. */
const callsFor = (type: string, { calls, purpose }: Subject) =>
  type === 'latency' ? calls.filter((call) => call.purpose === purpose) : calls

type Expected = Pick<PlainAssertion, 'threshold' | 'recorded'> & { type: string; value: Json | undefined }

async function gradeText(
  text: string,
  { type, value, threshold, recorded }: Expected,
  { gradeByRubric, gradeBySimilarity }: Subject,
): Promise<Grade> {
  if (type === 'llm-rubric') return gradeByRubric({ text, rubric: String(value), threshold, recorded })
  if (type === 'similar') return gradeBySimilarity({ text, value, threshold })
  return TEXT_GRADES[type]?.(text, { value, threshold }) ?? failedToGrade(`nobody knows how to grade ${type}`)
}

/** Of each reply the worst counts, of any reply the best. */
async function gradeTexts(
  played: Played,
  of: Scope,
  grade: (text: string) => Promise<Grade>,
): Promise<Grade> {
  const texts = textsOf(played, of)
  const grades: Grade[] = []
  for (const [index, text] of texts.entries()) {
    const { reason, ...rest } = await grade(text)
    grades.push({ ...rest, reason: texts.length > 1 ? `reply ${index + 1}: ${reason}` : reason })
  }
  const order = of === 'any-reply' ? BEST_FIRST : WORST_FIRST
  const [decisive] = grades.toSorted((one, other) => order.indexOf(one.status) - order.indexOf(other.status))
  return decisive ?? failedToGrade('there is nothing to look at')
}

const WORST_FIRST: Grade['status'][] = ['FAIL', 'ERROR', 'SKIP', 'PASS']
const BEST_FIRST: Grade['status'][] = ['PASS', 'ERROR', 'SKIP', 'FAIL']

function textsOf(played: Played, of: Scope): string[] {
  const replies = played.turns.map(({ reply }) => reply)
  if (of === 'each-reply' || of === 'any-reply') return replies
  if (of === 'conversation') return [transcriptOf(played)]
  return of === 'prompt' ? [played.prompt] : replies.slice(-1)
}
