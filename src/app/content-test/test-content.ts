import { AppError } from '#base/errors.ts'
import { createCircuits } from '#engines/llm/circuits.ts'
import {
  collectTests,
  formatFault,
  type RunReport,
  readContent,
  rendererOf,
  runTests,
  TEST_PROMPTS,
  type TestCase,
  type TestReport,
  toFactRules,
  toRepairLines,
  toSafetyRules,
} from '#features/content/index.ts'
import { createTally, readPrices } from '#features/usage/index.ts'
import type { ModelRoutes } from '#platform/model-routes.ts'
import { createRouteFor } from '../llm-routes.ts'
import { PROMPT_CONTRACTS } from '../prompt-contracts.ts'
import { AT_ONCE } from './at-once.ts'
import { createPlayers } from './players.ts'
import { selectTests } from './select-tests.ts'

export type TestContentInput = {
  root: string
  paths: readonly string[]
  models: ModelRoutes
  atOnce?: number
  onReport?: (report: TestReport) => void
}

/** Runs the authored tests below `root`. Throws `content.invalid` when the files themselves have faults. */
export async function testContent({
  root,
  paths,
  models,
  atOnce = AT_ONCE,
  onReport,
}: TestContentInput): Promise<RunReport> {
  const { tests, content } = readTests(root, paths)
  const { prices } = readPrices(root)
  const now = () => new Date()
  const deps = {
    routeFor: createRouteFor(models),
    circuits: createCircuits(),
    tally: createTally({ prices }),
    now,
    renderGrader: rendererOf(content, TEST_PROMPTS.grader),
  }
  return runTests(deps, tests, { atOnce, ...(onReport ? { onReport } : {}) })
}

export function readTests(root: string, paths: readonly string[]) {
  const content = readContent(root, PROMPT_CONTRACTS)
  const faults = [...content.faults, ...readPrices(root).faults].map(formatFault)
  if (faults.length > 0) throw contentInvalid(faults)
  const players = createPlayers({
    factRules: toFactRules(content.factRules),
    repairLines: toRepairLines(content.repairs),
    safetyRules: toSafetyRules(content.safety),
  })
  const tests: TestCase[] = selectTests(collectTests(content, players), paths, root)
  return { content, tests }
}

const contentInvalid = (faults: string[]) =>
  new AppError(
    'invalid',
    'content.invalid',
    `The content has faults; nothing was tested:\n${faults.join('\n')}`,
  )
