import type { LlmRequest } from '#engines/llm/provider.ts'
import { toLlmMessages } from './history.ts'
import type { Persona } from './persona.ts'

/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

/** What the prompt of every persona is filled with. */
export const replyVariables = (
  { system_prompt, emotions }: Persona,
  canary: string,
): Record<string, string> => ({
  system_prompt,
  emotions: emotions.join(', '),
  canary,
})

export type ReplyRequestInput = {
  persona: Persona
  /** Replies before this one. */
  spoken: number
  prompt: { text: string; maxOutputTokens: number | undefined }
  remembered: Parameters<typeof toLlmMessages>[0]
}

export const replyRequest = ({ persona, spoken, prompt, remembered }: ReplyRequestInput): LlmRequest => ({
  purpose: 'conversation.reply',
  maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
  messages: [{ role: 'system', text: prompt.text }, ...toLlmMessages(remembered)],
  script: { exchanges: [], otherwise: persona.scripted_lines, misses: spoken },
})
