import { CONTENT_TEST_PROMPTS, type PromptContracts } from '#features/content/index.ts'
import { CONVERSATION_PROMPTS } from '#features/conversation/index.ts'
import { FACTS_CONTRACT } from '#features/learner-facts/index.ts'
import { PRACTICE_PROMPTS } from '#features/practice/index.ts'

const SERVED_PROMPTS = {
  ...PRACTICE_PROMPTS,
  ...CONVERSATION_PROMPTS,
  'remember-facts': FACTS_CONTRACT,
} as const satisfies PromptContracts

export type NeededPrompt = keyof typeof SERVED_PROMPTS

/** Every prompt that the service uses: content without one of them is not served. */
export const NEEDED_PROMPTS = Object.keys(SERVED_PROMPTS)

/** What each prompt is filled with, those of the content's own tests included. */
export const PROMPT_CONTRACTS: PromptContracts = { ...SERVED_PROMPTS, ...CONTENT_TEST_PROMPTS }
