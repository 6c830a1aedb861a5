import type { PromptContracts } from '#features/content/index.ts'
import { CONVERSATION_PROMPTS } from '#features/conversation/index.ts'
import { FACTS_CONTRACT } from '#features/learner-facts/index.ts'
import { PRACTICE_PROMPTS } from '#features/practice/index.ts'

/** Every prompt that the service uses: content without one of them is not served. */
export const PROMPT_CONTRACTS = {
  ...PRACTICE_PROMPTS,
  ...CONVERSATION_PROMPTS,
  'remember-facts': FACTS_CONTRACT,
} as const satisfies PromptContracts

export type NeededPrompt = keyof typeof PROMPT_CONTRACTS

export const NEEDED_PROMPTS = Object.keys(PROMPT_CONTRACTS)
