import { AppError } from '#base/errors.ts'
import { withoutChatTokens } from '#engines/llm/chat-tokens.ts'
import type { Complete } from '#engines/llm/complete.ts'
import type { LlmMessage, LlmRequest } from '#engines/llm/provider.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { SUMMARY_CONTRACT } from './authored.ts'
import type { Conversation, Message } from './conversation.ts'
import { updateSummary } from './conversation-queries.ts'
import type { EarlierMessage } from './gather.ts'
import { countCharacters, SUMMARY_THRESHOLD_CHARACTERS, splitHistory } from './history.ts'
import type { Persona } from './persona.ts'

/** A prompt version as a request for a model; what it does not say is absent. */
export type RenderPrompt = (
  promptVersionId: string,
  input: { variables: Readonly<Record<string, unknown>>; history?: readonly LlmMessage[] },
) => Promise<Pick<LlmRequest, 'messages' | 'model' | 'temperature'> & { maxOutputTokens: number | undefined }>

type SummaryVariable = (typeof SUMMARY_CONTRACT)['authored' | 'untrusted'][number]

export type RememberDeps = {
  db: RootDb
  complete: Complete
  renderPrompt: RenderPrompt
  /** The version of the summary prompt that is served now. */
  summaryPromptVersionId: () => Promise<string>
  /** The conversation goes on without a summary, or with the one before. */
  reportNoSummary: (error: unknown, messageId: string) => void
}

export type Remembered = { kept: EarlierMessage[]; summary: string | null }

/** What one summary is made from, besides the one before it. */
const MAX_SUMMARISED_CHARACTERS = 16_000
const MAX_SUMMARY_CHARACTERS = 2_000
const MAX_SUMMARY_TOKENS = 300
/** The learner waits for the reply behind it. */
const SUMMARY_TIMEOUT_MS = 15_000

type Remembering = {
  conversation: Conversation
  message: Message
  persona: Persona
  /** Those that the summary does not cover, oldest first. */
  messages: readonly EarlierMessage[]
}

/** What the reply to `message` is made from: the last messages, and a summary of those before them. */
export async function remember(
  deps: RememberDeps,
  { conversation, message, persona, messages: unsummed }: Remembering,
): Promise<Remembered> {
  const before = unsummed.filter(({ messageNumber }) => messageNumber < message.messageNumber)
  const messages = [...before, message]
  const { kept, dropped } = splitHistory(messages)
  const through = dropped.at(-1)?.messageNumber
  const isWorthIt = countCharacters(dropped) >= SUMMARY_THRESHOLD_CHARACTERS && !isPlayed(messages)
  if (through === undefined || !isWorthIt) return { kept, summary: conversation.summary }
  const summary = await summarise(deps, { conversation, message, persona, dropped })
  if (summary === undefined) return { kept, summary: conversation.summary }
  await updateSummary(deps.db, { ...conversation, summary, through })
  return { kept, summary }
}

/** Where authored lines are played there is no model that could sum up, or that would read it. */
const isPlayed = (messages: readonly EarlierMessage[]) =>
  messages.findLast(({ role, status }) => role === 'assistant' && status === 'completed')?.scripted === true

type Older = { conversation: Conversation; message: Message; persona: Persona; dropped: EarlierMessage[] }

/** `undefined` when no model could do it: a reply that remembers less is better than none. */
async function summarise(
  { complete, renderPrompt, reportNoSummary, ...deps }: RememberDeps,
  { conversation, message, persona, dropped }: Older,
): Promise<string | undefined> {
  const { userId, appId, messageId } = message
  const variables: Record<SummaryVariable, unknown> = {
    persona_name: persona.name,
    memory: conversation.summary,
    messages: listSaid(dropped),
  }
  const promptVersion = await deps.summaryPromptVersionId()
  const prompt = await renderPrompt(promptVersion, { variables })
  try {
    const { text, finish } = await complete(
      {
        ...prompt,
        purpose: 'conversation.summary',
        maxOutputTokens: prompt.maxOutputTokens ?? MAX_SUMMARY_TOKENS,
      },
      {
        attribution: { appId, userId, turnId: messageId, promptVersion },
        signal: AbortSignal.timeout(SUMMARY_TIMEOUT_MS),
      },
    )
    const isUsable = finish === 'stop' || finish === 'length'
    return isUsable ? [...text.trim()].slice(0, MAX_SUMMARY_CHARACTERS).join('') : undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (!error.code.startsWith('llm.') && error.kind !== 'too_many') throw error
    reportNoSummary(error, messageId)
    return undefined
  }
}

const listSaid = (dropped: readonly EarlierMessage[]) =>
  splitHistory(dropped, MAX_SUMMARISED_CHARACTERS)
    .kept.filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ by_learner: role === 'user', text: withoutChatTokens(content) }))
