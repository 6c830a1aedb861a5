import type { LlmMessage } from '#engines/llm/provider.ts'
import { withoutNot } from '../assertion-rules.ts'
import { type Assertion, type PlainAssertion, PRACTICE_ASSERTIONS } from '../authored-tests.ts'
import { fillValue } from './fill-value.ts'
import type { Json } from './json.ts'
import type { TestCase } from './test-case.ts'

/** A test case as promptfoo's configuration has it. */
export type ExportedTest = {
  description: string
  vars: Record<string, Json>
  assert: Record<string, Json>[]
  threshold?: number
  options: Record<string, Json>
  metadata: { malgil: string }
  provider?: {
    id: string
    config: { maxTurns: number; instructions: string; initialMessages: Message[] }
  }
}

type Message = { role: LlmMessage['role']; content: string }

export type Exported = {
  single: ExportedTest[]
  talks: ExportedTest[]
  leftOut: { testId: string; reason: string }[]
  /** Of tests that are not left out. */
  leftOutAssertions: number
}

export type ExportDeps = {
  /** What the model would be asked first; a test that asks nothing has none. */
  firstMessages: (test: TestCase) => Promise<LlmMessage[]>
  /** Why the answer of this call cannot be asserted about as it comes. */
  unreadable: (test: TestCase) => string | undefined
  /** What promptfoo has to do to an answer before it is asserted about. */
  transform: (test: TestCase) => string | undefined
}

/** The tests that mean the same in promptfoo, and those that do not, each with the reason. */
export async function createExport(deps: ExportDeps, tests: readonly TestCase[]): Promise<Exported> {
  const exported: Exported = { single: [], talks: [], leftOut: [], leftOutAssertions: 0 }
  for (const test of tests) {
    const assert = test.assertions.flatMap(({ assertion, onlyScripted }) =>
      onlyScripted === true ? [] : toPromptfoo(assertion, test),
    )
    const reason = reasonToLeaveOut(deps, test, assert.length)
    if (reason !== undefined) {
      exported.leftOut.push({ testId: test.testId, reason })
      continue
    }
    exported.leftOutAssertions += test.assertions.length - assert.length
    exported[test.isTalk ? 'talks' : 'single'].push(await exportTest(deps, test, assert))
  }
  return exported
}

function reasonToLeaveOut(deps: ExportDeps, test: TestCase, assertionCount: number): string | undefined {
  if (test.recordedOnly) return 'it is about hand-written answers'
  if (test.isTalk && !test.simulated()) return 'its learner is lines, not instructions'
  const reason = deps.unreadable(test)
  if (reason !== undefined) return reason
  return assertionCount === 0 ? 'nothing of what it asserts exists in promptfoo' : undefined
}

async function exportTest(
  deps: ExportDeps,
  test: TestCase,
  assert: Record<string, Json>[],
): Promise<ExportedTest> {
  const messages = (await deps.firstMessages(test)).map(({ role, text }) => ({ role, content: text }))
  const transform = deps.transform(test)
  const simulated = test.simulated()
  const system = messages.find(({ role }) => role === 'system')?.content ?? ''
  return {
    description: `${test.testId} ${test.description}`,
    vars: test.isTalk ? { system } : { messages },
    assert,
    ...(test.threshold === undefined ? {} : { threshold: test.threshold }),
    options: { disableVarExpansion: true, ...(transform === undefined ? {} : { transform }) },
    metadata: { malgil: test.testId },
    ...(simulated
      ? {
          provider: {
            id: 'promptfoo:simulated-user',
            config: { ...simulated, initialMessages: openingOf(messages) },
          },
        }
      : {}),
  }
}

/** What the partner says first: without it the learner would begin. */
function openingOf(messages: readonly Message[]): Message[] {
  const spoken = messages.filter(({ role }) => role !== 'system')
  const learnerAt = spoken.findIndex(({ role }) => role === 'user')
  return learnerAt < 0 ? spoken : spoken.slice(0, learnerAt)
}

function toPromptfoo(assertion: Assertion, test: TestCase): Record<string, Json>[] {
  if (assertion.type !== 'assert-set') return plainToPromptfoo(assertion, test)
  const { assert, ...rest } = assertion
  const inner = assert.flatMap((each) => plainToPromptfoo(each, test))
  return inner.length === 0 ? [] : [{ ...defined(rest), assert: inner }]
}

/** In a talk promptfoo's output is the whole of it; in a single call the reply is all there is. */
function plainToPromptfoo(
  assertion: PlainAssertion,
  { isTalk, variables }: TestCase,
): Record<string, Json>[] {
  const { of, recorded: _, value, ...rest } = assertion
  const isOurs = PRACTICE_ASSERTIONS.some((type) => type === withoutNot(assertion.type))
  const isAboutOutput = isTalk ? of === 'conversation' : of !== 'prompt' && of !== 'conversation'
  if (isOurs || !isAboutOutput || isReadOtherwise(assertion)) return []
  const filled = fillValue(value, variables).value
  return [{ ...defined(rest), ...(filled === undefined ? {} : { value: filled }) }]
}

/** Promptfoo reads regular expressions without the flag `u`, and these mean something else then. */
const isReadOtherwise = ({ type, value }: PlainAssertion) =>
  withoutNot(type) === 'regex' && /\\[pPu]\{/.test(String(value))

const defined = (given: Record<string, Json | undefined>): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
