import type { Complete } from '#engines/llm/complete.ts'
import type { LlmMessage } from '#engines/llm/provider.ts'
import type { RenderedPrompt } from '../render-prompt.ts'
import type { SimulatedLearnerFile } from '../simulated-learner-file.ts'
import type { NextLine } from './simulate-learner.ts'
import type { LEARNER_CONTRACT } from './test-prompts.ts'

export const LEARNER_PURPOSE = 'test.learner'
const MAX_LINE_TOKENS = 120
const MAX_LINE_CHARACTERS = 500

type LearnerVariable = (typeof LEARNER_CONTRACT)['authored'][number]

export function learnerVariables(
  { instructions = '', cefr_level, first_language, slips }: SimulatedLearnerFile,
  task: string,
): Record<LearnerVariable, string> {
  return {
    instructions,
    cefr_level,
    first_language: nameOfLanguage(first_language),
    habits: slips.map(({ description }) => `- ${description}`).join('\n') || '- none in particular',
    task,
  }
}

export type ModelLearnerDeps = {
  complete: Complete
  /** The learner's part so far is the model's own. */
  prompt: (history: LlmMessage[]) => RenderedPrompt
  testId: string
}

/** A learner that a model plays: the partner's lines are what it is asked, its own lines what it answered. */
export function createModelLearner({ complete, prompt, testId }: ModelLearnerDeps): NextLine {
  return async ({ opener, turns, isDone }) => {
    if (isDone) return undefined
    const talk = turns.flatMap(({ said, reply }): LlmMessage[] => [
      { role: 'assistant', text: said ?? '…' },
      { role: 'user', text: reply },
    ])
    const rendered = prompt([{ role: 'user', text: opener }, ...talk])
    const { text } = await complete(
      {
        ...rendered,
        purpose: LEARNER_PURPOSE,
        maxOutputTokens: rendered.maxOutputTokens ?? MAX_LINE_TOKENS,
      },
      { attribution: { appId: testId, userId: testId, turnId: null } },
    )
    return text.trim().slice(0, MAX_LINE_CHARACTERS) || null
  }
}

const nameOfLanguage = (tag: string) => new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag
