import { CONTENT_TEST_PROMPTS, type PromptContracts } from '#features/content/authored.ts'
import { CONVERSATION_PROMPTS } from '#features/conversation/authored.ts'
import { FACTS_CONTRACT } from '#features/learner-facts/authored.ts'
import { PRACTICE_PROMPTS } from '#features/practice/authored.ts'

/** What `level-rewrite` is filled with. The reply is a model's answer to a learner's words. */
export const LEVEL_REWRITE_CONTRACT = {
  authored: ['speaker', 'level', 'sentence_words'],
  untrusted: ['words'],
  needs: ['level', 'words'],
  history: false,
} as const

const SERVED_PROMPTS = {
  ...PRACTICE_PROMPTS,
  ...CONVERSATION_PROMPTS,
  'remember-facts': FACTS_CONTRACT,
  'level-rewrite': LEVEL_REWRITE_CONTRACT,
} as const satisfies PromptContracts

export type NeededPrompt = keyof typeof SERVED_PROMPTS

/** Every prompt that the service uses: content without one of them is not served. */
export const NEEDED_PROMPTS = Object.keys(SERVED_PROMPTS)

/** What each prompt is filled with, those of the content's own tests included. */
export const PROMPT_CONTRACTS: PromptContracts = { ...SERVED_PROMPTS, ...CONTENT_TEST_PROMPTS }
