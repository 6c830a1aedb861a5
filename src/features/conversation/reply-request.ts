import { careLineFor } from '#engines/language/care-line.ts'
import { learnerTextOf } from '#engines/llm/learner-text.ts'
import type { LlmRequest, Script } from '#engines/llm/provider.ts'
import { instructionsIn, type Secret, secretOf } from '#engines/llm/secret.ts'
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
  script: scriptOf(prompt, persona, spoken),
})

/** What the persona is told and does not say; its own lines are there to be said. */
export const secretOfReply = ({
  request: { messages },
  persona,
  canary,
}: {
  request: Pick<LlmRequest, 'messages'>
  persona: Persona
  canary: string
}): Secret =>
  secretOf({
    instructions: instructionsIn(messages),
    mark: canary,
    sayable: [persona.greeting, ...persona.scripted_lines],
  })

/** A line for what small talk would hurt, else the persona's next one. */
function scriptOf({ messages }: ReplyRequestInput['prompt'], persona: Persona, spoken: number): Script {
  const said = learnerTextOf(messages.findLast(({ role }) => role === 'user')?.text ?? '')
  const care = careLineFor(said)
  return { exchanges: [], otherwise: care ? [care.says] : persona.scripted_lines, misses: spoken }
}
