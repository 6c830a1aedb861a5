import { z } from 'zod'
import type { Complete } from '#engines/llm/complete.ts'
import { type AskStructured, createAskStructured } from '#engines/llm/structured.ts'
import type { RenderedPrompt } from '../render-prompt.ts'
import { fail, failedToGrade, type Grade, pass, skip } from './grade.ts'
import type { GRADER_CONTRACT } from './test-prompts.ts'

/** As promptfoo's graders answer. */
export const RubricAnswer = z.strictObject({
  reason: z.string().max(2_000).describe('In one or two sentences, what of the text decides it'),
  score: z
    .number()
    .min(0)
    .max(1)
    .describe('0 when the text is nothing like the rubric, 1 when it is just so'),
  pass: z.boolean(),
})

export type RubricQuestion = {
  text: string
  rubric: string
  threshold: number | undefined
  /** The grader's answer, written by hand. */
  recorded: string | undefined
}
export type GradeByRubric = (question: RubricQuestion) => Promise<Grade>

type GraderVariable = (typeof GRADER_CONTRACT)['authored' | 'untrusted'][number]

export type RubricDeps = {
  complete: Complete
  /** The same, but the answer is the one given. */
  completeAs: (recorded: string) => Complete
  /** The grader's prompt; only looked up when it is asked. */
  render: (variables: Record<GraderVariable, string>) => RenderedPrompt
  testId: string
  /** Whether a model would be asked. */
  hasModel: boolean
}

export const GRADE_PURPOSE = 'test.grade'
/** Where the prompt does not say how long an answer may be. */
const MAX_GRADE_TOKENS = 300

/** What a model makes of a text by a rubric. A grader that fails is an error: it says nothing about the text. */
export function createRubricGrader(deps: RubricDeps): GradeByRubric {
  return async ({ text, rubric, threshold, recorded }) => {
    const grader = graderOf(deps, recorded)
    if (!grader) return skip('no model is set that could grade, and no answer is recorded')
    const { value, reason } = await askGrader(grader.ask, deps, { text, rubric })
    if (value === null) return failedToGrade(`the grader gave no usable answer: ${reason}${grader.by}`)
    const isMet = value.pass && value.score >= (threshold ?? 0)
    const found = `${value.reason}${grader.by}`
    return isMet ? pass(found, value.score) : fail(found, value.score)
  }
}

function graderOf(
  { hasModel, complete, completeAs }: RubricDeps,
  recorded: string | undefined,
): { ask: AskStructured; by: string } | undefined {
  if (hasModel) return { ask: createAskStructured(complete), by: '' }
  if (recorded === undefined) return undefined
  return { ask: createAskStructured(completeAs(recorded)), by: ' (graded by a hand-written answer)' }
}

function askGrader(
  ask: AskStructured,
  { render, testId }: RubricDeps,
  question: Record<GraderVariable, string>,
) {
  const prompt = render(question)
  return ask(
    {
      ...prompt,
      purpose: GRADE_PURPOSE,
      name: 'rubric_grade',
      schema: RubricAnswer,
      maxOutputTokens: prompt.maxOutputTokens ?? MAX_GRADE_TOKENS,
    },
    { attribution: { appId: 'content-test', userId: testId, turnId: null } },
  )
}
