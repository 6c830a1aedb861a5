/** What `persona-reply` is filled with. A reply that leaks its instructions is known by the canary. */
export const PERSONA_REPLY_CONTRACT = {
  authored: ['system_prompt', 'emotions', 'canary'],
  untrusted: [],
  needs: ['system_prompt', 'emotions', 'canary'],
  history: true,
} as const

/** What `conversation-summary` is filled with. */
export const SUMMARY_CONTRACT = {
  authored: ['persona_name'],
  untrusted: ['memory', 'messages'],
  needs: ['memory', 'messages'],
  history: false,
} as const

/** The prompts that conversations use, and what they are filled with. */
export const CONVERSATION_PROMPTS = {
  'persona-reply': PERSONA_REPLY_CONTRACT,
  'conversation-summary': SUMMARY_CONTRACT,
}
