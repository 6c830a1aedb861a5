import { type RunTestDeps, runTest, type TestReport } from './run-test.ts'
import type { TestCase } from './test-case.ts'
import type { Status } from './verdict.ts'

export type Counts = Record<Status, number>
export type RunReport = {
  tests: TestReport[]
  counts: Counts
  assertions: Counts
  costMicroUsd: number | null
}

/** In the order of the tests, whatever order they end in. */
export async function runTests(
  deps: RunTestDeps,
  tests: readonly TestCase[],
  { atOnce, onReport }: { atOnce: number; onReport?: (report: TestReport) => void },
): Promise<RunReport> {
  const reports = new Map<string, TestReport>()
  const waiting = [...tests]
  let told = 0
  const tellInOrder = () => {
    for (let next = tests[told]; next; next = tests[told]) {
      const report = reports.get(next.testId)
      if (!report) return
      onReport?.(report)
      told += 1
    }
  }
  const worker = async () => {
    for (let test = waiting.shift(); test; test = waiting.shift()) {
      reports.set(test.testId, await runTest(deps, test))
      tellInOrder()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const inOrder = tests.flatMap(({ testId }) => reports.get(testId) ?? [])
  return {
    tests: inOrder,
    counts: countBy(inOrder.map(({ status }) => status)),
    assertions: countBy(inOrder.flatMap((report) => report.assertions.map(({ grade }) => grade.status))),
    costMicroUsd: inOrder.reduce<number | null>(
      (sum, { costMicroUsd }) => (sum === null || costMicroUsd === null ? null : sum + costMicroUsd),
      0,
    ),
  }
}

function countBy(statuses: readonly Status[]): Counts {
  const count = (wanted: Status) => statuses.filter((status) => status === wanted).length
  return { PASS: count('PASS'), FAIL: count('FAIL'), ERROR: count('ERROR'), SKIP: count('SKIP') }
}

/** 0: nothing failed. 1: content or model failed. 3: nothing failed, but something could not be tested for an error. */
export const exitCodeOf = ({ FAIL, ERROR }: Counts): 0 | 1 | 3 => {
  if (FAIL > 0) return 1
  return ERROR > 0 ? 3 : 0
}
