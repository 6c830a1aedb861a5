import type { LlmRequest } from '#engines/llm/provider.ts'
import type { PERSONA_REPLY_CONTRACT } from './authored.ts'
import type { Persona } from './persona.ts'
import type { RenderPrompt } from './remember.ts'

/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

type ReplyVariable = (typeof PERSONA_REPLY_CONTRACT)['authored'][number]

export const replyVariables = (
  { system_prompt, emotions }: Persona,
  canary: string,
): Record<ReplyVariable, string> => ({
  system_prompt,
  emotions: emotions.join(', '),
  canary,
})

export type ReplyRequestInput = {
  persona: Persona
  /** Replies before this one. */
  spoken: number
  prompt: Awaited<ReturnType<RenderPrompt>>
}

export const replyRequest = ({ persona, spoken, prompt }: ReplyRequestInput): LlmRequest => ({
  ...prompt,
  purpose: 'conversation.reply',
  maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
  script: { exchanges: [], otherwise: persona.scripted_lines, misses: spoken },
})
