import type { LlmMessage } from '#engines/llm/provider.ts'
import type { ContentCatalogue } from '../content-catalogue.ts'
import type { RenderedPrompt } from '../render-prompt.ts'
import type { VariationFile } from '../situation-file.ts'
import type { Connection } from './connect.ts'
import { createModelLearner, LEARNER_PURPOSE, learnerVariables } from './model-learner.ts'
import { createLineLearner, type NextLine } from './simulate-learner.ts'
import type { Render } from './test-case.ts'

export type Casting = {
  learners: ContentCatalogue['simulatedLearners']
  /** The prompt of a learner that a model plays. */
  render: Render
  name: string | undefined
  /** What the learner is there for. */
  task: string
  testId: string
  maxTurns: number
  variation?: VariationFile
}

/** Who talks in a test: in our own runs, and for a tool that plays learners itself. */
export type Cast = {
  isTalk: boolean
  nextLine: (connection: Connection) => NextLine | undefined
  /** Null for one message, and for a learner that is only lines. */
  simulated: () => { maxTurns: number; instructions: string } | null
}

/** A model plays whoever has instructions for one; everybody else, and everybody without a model, says lines. */
export function castLearner({ learners, render, name, task, testId, maxTurns, variation }: Casting): Cast {
  const learner = learners.find(({ value }) => value.learner_name === name)?.value
  if (!learner) return { isTalk: false, nextLine: () => undefined, simulated: () => null }
  const prompt = (history: LlmMessage[]) => render({ variables: learnerVariables(learner, task), history })
  const isPlayable = learner.instructions !== undefined
  return {
    isTalk: true,
    nextLine: ({ complete, hasModelFor }) =>
      isPlayable && hasModelFor(LEARNER_PURPOSE)
        ? createModelLearner({ complete, prompt, testId })
        : createLineLearner(learner, variation),
    simulated: () => (isPlayable ? { maxTurns, instructions: systemOf(prompt([])) } : null),
  }
}

const systemOf = ({ messages }: RenderedPrompt) => messages.find(({ role }) => role === 'system')?.text ?? ''
