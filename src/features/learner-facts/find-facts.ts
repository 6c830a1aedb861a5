import { withoutChatTokens } from '#engines/llm/chat-tokens.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import type { AskStructured } from '#engines/llm/structured.ts'
import type { Db } from '#platform/db/db.ts'
import type { FACTS_CONTRACT } from './authored.ts'
import { chooseFacts, type Dropped, FactsAnswer } from './choose-facts.ts'
import type { SaidMessage } from './fact.ts'
import { storeFacts } from './keep-facts.ts'
import { listFactTexts } from './queries.ts'
import type { IsSensitive } from './sensitive.ts'

const MAX_TOKENS = 500
const MAX_MESSAGE_CHARACTERS = 2_000
/** Nobody waits for it. */
const TIMEOUT_MS = 20_000
/** A model that gave no usable answer will not give one to the same messages next time. */
const FINAL_REASONS = ['llm.unfit_answer', 'llm.refused', 'llm.filtered']

type FactVariable = (typeof FACTS_CONTRACT)['authored' | 'untrusted'][number]

/** `remember-facts`, filled in. */
export type FactsPrompt = Pick<LlmRequest, 'messages' | 'model' | 'temperature'> & {
  maxOutputTokens: number | undefined
}

export const factsRequest = (prompt: FactsPrompt) => ({
  ...prompt,
  purpose: 'conversation.remember',
  name: 'learner_facts',
  schema: FactsAnswer,
  maxOutputTokens: prompt.maxOutputTokens ?? MAX_TOKENS,
})

export type FindFactsDeps = {
  db: Db
  ask: AskStructured
  renderPrompt: (
    promptVersionId: string,
    input: { variables: Record<FactVariable, unknown> },
  ) => Promise<FactsPrompt>
  /** The version of the prompt that is served now. */
  promptVersionId: () => Promise<string>
  isSensitive: IsSensitive
  /** How many proposals were not kept, by reason, and never their words. */
  reportDropped: (dropped: Dropped, messageId: string) => void
}

export type FindFactsInput = {
  userId: string
  appId: string
  /** The message after which it was asked. */
  messageId: string
  personaName: string
  messages: readonly SaidMessage[]
}

/** `isOver`: these messages need not be looked through again; `store` keeps what was found, in the caller's transaction. */
export type FactSearch =
  | { isOver: true; store: (tx: Db, conversationId: string) => Promise<void> }
  | { isOver: false; reason: string }

/** Asks a model what to remember from the messages, which it sees as data, and keeps what the learner's words bear out. */
export async function findFacts(
  { db, ask, renderPrompt, isSensitive, reportDropped, ...deps }: FindFactsDeps,
  { userId, appId, messageId, personaName, messages }: FindFactsInput,
): Promise<FactSearch> {
  const known = await listFactTexts(db, userId)
  const promptVersionId = await deps.promptVersionId()
  const prompt = await renderPrompt(promptVersionId, {
    variables: { persona_name: personaName, already_known: known, messages: messages.map(toLine) },
  })
  const { value, reason, reply } = await ask(factsRequest(prompt), {
    attribution: { appId, userId, turnId: messageId, promptVersion: promptVersionId },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (value === null) {
    return FINAL_REASONS.includes(reason)
      ? { isOver: true, store: async () => {} }
      : { isOver: false, reason }
  }
  const { provider, model } = reply
  const { found, dropped } = chooseFacts(value.facts, { userId, messages, known, isSensitive })
  reportDropped(dropped, messageId)
  const facts = { found, promptVersionId, provider, model }
  return { isOver: true, store: (tx, conversationId) => storeFacts(tx, { userId, conversationId, facts }) }
}

const toLine = ({ role, content }: SaidMessage, index: number) => ({
  number: index + 1,
  by: role === 'user' ? 'learner' : 'partner',
  text: withoutChatTokens(content.slice(0, MAX_MESSAGE_CHARACTERS).toWellFormed()),
})
