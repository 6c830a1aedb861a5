/** What `situation-reply` is filled with. A reply that leaks its instructions is known by the canary. */
export const REPLY_CONTRACT = {
  authored: [
    'ai_character_role',
    'specific_context',
    'local_context',
    'goals',
    'difficulty_level',
    'opener',
    'closing',
    'canary',
  ],
  untrusted: [],
  needs: ['ai_character_role', 'goals', 'canary'],
  history: true,
} as const

/** What `turn-judge` is filled with. The words of both sides come as one variable, which the prompt gives on as data. */
export const JUDGE_CONTRACT = {
  authored: ['ai_character_role', 'specific_context', 'difficulty_level', 'goals', 'heard_by'],
  untrusted: ['utterance'],
  needs: ['utterance', 'goals'],
  history: false,
} as const

/** The prompts that practice uses, and what it fills them with. */
export const PRACTICE_PROMPTS = { 'situation-reply': REPLY_CONTRACT, 'turn-judge': JUDGE_CONTRACT }
