import type { PromptContracts } from '#features/content/index.ts'
import { CONVERSATION_PROMPTS } from '#features/conversation/index.ts'
import { FACTS_CONTRACT } from '#features/learner-facts/index.ts'
import { PRACTICE_PROMPTS } from '#features/practice/index.ts'
import { LEVEL_REWRITE_CONTRACT } from './level-rewrite.ts'

/** Every prompt that the service uses. */
export const PROMPT_CONTRACTS: PromptContracts = {
  ...PRACTICE_PROMPTS,
  ...CONVERSATION_PROMPTS,
  'remember-facts': FACTS_CONTRACT,
  'level-rewrite': LEVEL_REWRITE_CONTRACT,
}
