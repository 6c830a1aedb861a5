import type { Complete } from '#engines/llm/complete.ts'
import type { LlmMessage } from '#engines/llm/provider.ts'
import type { SimulatedLearnerFile } from '../simulated-learner-file.ts'
import type { NextLine } from './simulate-learner.ts'

export const LEARNER_PURPOSE = 'test.learner'
const MAX_LINE_TOKENS = 120
const MAX_LINE_CHARACTERS = 500

/** What the prompt of a played learner is filled with. */
export function learnerVariables(
  { instructions = '', cefr_level, first_language, slips }: SimulatedLearnerFile,
  task: string,
): Record<string, string> {
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
  prompt: { text: string; maxOutputTokens: number | undefined }
  testId: string
}

/** A learner that a model plays: the partner's lines are what it is asked, its own lines what it answered. */
export function createModelLearner({ complete, prompt, testId }: ModelLearnerDeps): NextLine {
  return async ({ opener, turns, isDone }) => {
    if (isDone) return undefined
    const history = turns.flatMap(({ said, reply }): LlmMessage[] => [
      { role: 'assistant', text: said ?? '…' },
      { role: 'user', text: reply },
    ])
    const { text } = await complete(
      {
        purpose: LEARNER_PURPOSE,
        maxOutputTokens: prompt.maxOutputTokens ?? MAX_LINE_TOKENS,
        messages: [{ role: 'system', text: prompt.text }, { role: 'user', text: opener }, ...history],
      },
      { attribution: { appId: testId, userId: testId, turnId: null } },
    )
    return text.trim().slice(0, MAX_LINE_CHARACTERS) || null
  }
}

const nameOfLanguage = (tag: string) => new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag
