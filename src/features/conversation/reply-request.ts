import type { LlmRequest } from '#engines/llm/provider.ts'
import type { Persona } from './persona.ts'
import type { RenderPrompt } from './remember.ts'

/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

/** What `persona-reply` is filled with. A reply that leaks its instructions is known by the canary. */
export const PERSONA_REPLY_CONTRACT = {
  authored: ['system_prompt', 'emotions', 'canary'],
  untrusted: [],
  needs: ['system_prompt', 'emotions', 'canary'],
  history: true,
} as const

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
