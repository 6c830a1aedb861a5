import type { VariationTest } from '../authored-tests.ts'
import type { ContentFile } from '../content-catalogue.ts'
import type { CaseAssertion, TestCase } from './test-case.ts'

/** What tests of all kinds have in common. */
type CommonTest = Pick<
  VariationTest,
  'description' | 'threshold' | 'recorded' | 'recorded_only' | 'assert' | 'says'
> & { learner?: string | undefined }

type Begun = Omit<TestCase, 'variables' | 'play' | 'simulated' | 'isTalk'>

export function beginCase(
  { file, faultAt }: Pick<ContentFile<unknown>, 'file' | 'faultAt'>,
  { test, index, purpose }: { test: CommonTest; index: number; purpose: string },
): Begun {
  return {
    testId: `${file}#${index + 1}`,
    file,
    index,
    place: () => faultAt(['tests', index], ''),
    description: test.description ?? descriptionOf(test),
    purpose,
    recorded: test.recorded,
    recordedOnly: test.recorded_only === true,
    threshold: test.threshold,
    assertions: (test.assert ?? []).map((assertion) => ({ assertion })),
  }
}

const descriptionOf = ({ says = '', learner }: CommonTest) =>
  learner === undefined ? `says '${says}'` : `talks with ${learner}`

/** The short way to write two assertions. A model answers in its own words, so the line is expected of the script only. */
export function expectations({ expects_goal: goal, expects_reply: reply }: VariationTest): CaseAssertion[] {
  return [
    ...(goal === undefined ? [] : [{ assertion: { type: 'goals-met' as const, value: [goal] } }]),
    ...(reply === undefined
      ? []
      : [{ assertion: { type: 'contains' as const, value: reply }, onlyScripted: true }]),
  ]
}
