import type { AssertionResult, Counts, RunReport, TestReport } from '#features/content/index.ts'

const MICRO = 1_000_000
const SAYS: Record<string, string> = {
  scripted: 'scripted lines of the author, no model',
  'hand-written': 'hand-written answers, no model',
}

/** One line for a test that passed, and under one that did not, what was found. */
export function reportLines(report: TestReport, { verbose }: { verbose: boolean }): string[] {
  const { status, file, line, column, description, reason, assertions, transcript } = report
  const head = `${status.padEnd(5)} ${file}:${line}:${column} ${description} [${whoAnswered(report)}]`
  if (status === 'PASS' && !verbose) return [head]
  return [
    head,
    ...(reason === null ? [] : [`      ${reason}`]),
    ...assertions.flatMap((assertion) => assertionLines(assertion, { verbose, indent: '      ' })),
    ...(verbose || status === 'FAIL' ? transcript.split('\n').map((spoken) => `      | ${spoken}`) : []),
  ]
}

function assertionLines(
  { type, grade, inner }: AssertionResult,
  { verbose, indent }: { verbose: boolean; indent: string },
): string[] {
  if (grade.status === 'PASS' && !verbose) return []
  return [
    `${indent}${grade.status} ${type}: ${grade.reason}`,
    ...inner.flatMap((assertion) => assertionLines(assertion, { verbose, indent: `${indent}  ` })),
  ]
}

const whoAnswered = ({ basis, models }: TestReport) =>
  models.length > 0 ? models.join(', ') : (SAYS[basis ?? ''] ?? 'nobody answered')

export function summaryLines({ tests, counts, assertions, costMicroUsd }: RunReport): string[] {
  const by = (basis: string) => tests.filter((test) => test.basis === basis).length
  const cost =
    costMicroUsd === null ? 'unknown: a call had no price' : `${(costMicroUsd / MICRO).toFixed(6)} USD`
  return [
    '',
    `tests       ${counted(counts)}`,
    `assertions  ${counted(assertions)}`,
    `answered by ${by('model')} a model, ${by('scripted')} scripted lines, ${by('hand-written')} hand-written answers`,
    `cost        ${cost}`,
  ]
}

const counted = ({ PASS, FAIL, ERROR, SKIP }: Counts) =>
  `${PASS} PASS  ${FAIL} FAIL  ${ERROR} ERROR  ${SKIP} SKIP`
