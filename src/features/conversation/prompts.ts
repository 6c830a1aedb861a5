import { SUMMARY_CONTRACT } from './remember.ts'
import { PERSONA_REPLY_CONTRACT } from './reply-request.ts'

/** The prompts that conversations use, and what they are filled with. */
export const CONVERSATION_PROMPTS = {
  'persona-reply': PERSONA_REPLY_CONTRACT,
  'conversation-summary': SUMMARY_CONTRACT,
}
