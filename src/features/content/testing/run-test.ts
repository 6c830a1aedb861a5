import { AppError } from '#base/errors.ts'
import { EMBED_PURPOSE } from '#engines/llm/embed.ts'
import { type ConnectDeps, type Connection, connect } from './connect.ts'
import { skip } from './grade.ts'
import { type AssertionResult, gradeAssertion, type Subject } from './grade-assertion.ts'
import { createRubricGrader, GRADE_PURPOSE } from './grade-rubric.ts'
import { createSimilarityGrader } from './grade-similar.ts'
import { type Basis, type Played, transcriptOf } from './played.ts'
import type { CaseAssertion, Render, TestCase } from './test-case.ts'
import { type Status, verdictOf } from './verdict.ts'

export type TestReport = Pick<TestCase, 'testId' | 'file' | 'index' | 'description'> & {
  line: number
  column: number
  status: Status
  score: number | null
  /** Who answered; null where nobody did. */
  basis: Basis | null
  models: string[]
  /** Why there is nothing to assert about: nobody answered. */
  reason: string | null
  assertions: AssertionResult[]
  turns: number
  costMicroUsd: number | null
  transcript: string
}

export type RunTestDeps = ConnectDeps & { renderGrader: Render }

/** Plays a test and grades what came of it. Never rejects for what a model or the content does. */
export async function runTest(deps: RunTestDeps, test: TestCase): Promise<TestReport> {
  const connection = connect(deps, test)
  try {
    const played = await test.play(connection)
    return await gradeTest(deps, { test, connection, played })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const isNobodyThere = error.code === 'llm.no_script'
    const reason = isNobodyThere
      ? 'no model is set and no answer is recorded'
      : `${error.code}: ${error.message}`
    return {
      ...about({ test, connection }),
      status: isNobodyThere ? 'SKIP' : 'ERROR',
      score: null,
      reason,
      assertions: [],
      turns: 0,
      transcript: '',
    }
  }
}

async function gradeTest(
  deps: RunTestDeps,
  { test, connection, played }: { test: TestCase; connection: Connection; played: Played },
): Promise<TestReport> {
  const subject: Subject = {
    played,
    purpose: test.purpose,
    calls: connection.facts(),
    variables: test.variables,
    gradeByRubric: createRubricGrader({
      complete: connection.complete,
      completeAs: connection.completeAs,
      render: (variables) => deps.renderGrader({ variables }),
      testId: test.testId,
      hasModel: connection.hasModelFor(GRADE_PURPOSE),
    }),
    gradeBySimilarity: createSimilarityGrader({
      embed: connection.embed,
      testId: test.testId,
      hasModel: connection.hasModelFor(EMBED_PURPOSE),
    }),
  }
  const assertions: AssertionResult[] = []
  for (const each of test.assertions) assertions.push(await gradeOne(each, subject, connection.basis()))
  return {
    ...about({ test, connection }),
    ...verdictOf(assertions, test.threshold),
    reason: null,
    assertions,
    turns: played.turns.length,
    transcript: transcriptOf(played),
  }
}

async function gradeOne(
  { assertion, onlyScripted }: CaseAssertion,
  subject: Subject,
  basis: Basis | null,
): Promise<AssertionResult> {
  if (onlyScripted !== true || basis === 'scripted') return gradeAssertion(assertion, subject)
  return {
    type: assertion.type,
    weight: 1,
    grade: skip("about the author's own line; a model answers in its own"),
    inner: [],
  }
}

function about({ test, connection }: { test: TestCase; connection: Connection }) {
  const { testId, file, index, description } = test
  const { line, column } = test.place()
  const asked = connection.facts().filter(({ isPlayed }) => !isPlayed)
  return {
    testId,
    file,
    index,
    line,
    column,
    description,
    basis: connection.basis(),
    models: [...new Set(asked.map(({ provider, model }) => `${provider}/${model}`))],
    costMicroUsd: connection.costMicroUsd(),
  }
}
