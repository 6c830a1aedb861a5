import { expressionBuilder, type QueryCreator, sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { PlacedCalls, ReadBudget } from '#engines/llm/turn-calls.ts'
import type { AskAhead } from '#platform/db/ask-ahead.ts'
import { compiledOnce, queryCompiledOnce } from '#platform/db/compiled-once.ts'
import type { Db, RootDb } from '#platform/db/db.ts'
import { isNotNullViolation } from '#platform/db/error-codes.ts'
import { leasedTo } from '#platform/db/lease.ts'
import type { DB } from '#platform/db/schema.ts'
import type { Conversation, Exchange, Message } from './conversation.ts'
import { addingToConversation } from './conversation-queries.ts'
import type { Gathered } from './gather.ts'
import { budgetsColumn, gatheredColumns, type LearnerQueries, toGathered } from './gather-queries.ts'
import type { MessageKey } from './message-queries.ts'

export type NewMessage = MessageKey & {
  conversationId: string
  appId: string
  /** The key it came with. */
  apiKeyId: string
  /** Of the conversation, where it has none. */
  title: string | null
  inputKind: Message['inputKind']
  /** Empty where it was spoken and nobody has heard it yet. */
  text: string
  idempotencyKey: string | undefined
  requestHash: string
  /** Who works on the reply from now on; `undefined`: nobody yet. */
  owner: string | undefined
}

export type Accepted = { conversation: Conversation; exchange: Exchange }

/** `stored`: rejects where the database could not keep it, or could not say so. */
export type AcceptedAhead = Accepted & {
  gathered: Gathered
  budgets: readonly ReadBudget[]
  stored: Promise<void>
}

/** `undefined`: there is no such conversation, or the key may not act for the learner, and nothing is stored. */
export type MessageAcceptance = {
  /** As one statement of `db`. */
  accept: (db: Db, message: NewMessage) => Promise<Accepted | undefined>
  /**
   * With `calls`, those that are made at once, and what the reply is made from. By a transaction of its own, which may
   * not be committed yet: see `stored`.
   */
  acceptAhead: (
    message: NewMessage,
    calls: Pick<PlacedCalls, 'part' | 'budgetDay'>,
  ) => Promise<AcceptedAhead | undefined>
}

/**
 * Stores what the learner said and the reply that is to come, as the next two messages of the conversation: by one
 * statement, so that it costs one trip and, by itself, one commit. What was spoken is kept beside it: see
 * `speech-queries.ts`.
 */
export function createMessageAcceptance(
  { db: root, askAhead }: { db: RootDb; askAhead: AskAhead },
  learner: LearnerQueries,
): MessageAcceptance {
  const ask = compiledOnce((statement, message: AcceptedRow) =>
    accepting(statement, { learner, message }).selectAll(),
  )
  const toQuery = queryCompiledOnce((statement, message: AcceptedRow & { on: string }) =>
    accepting(statement, { learner, message })
      .selectAll()
      .select(gatheredColumns(learner, message))
      .select(budgetsColumn(learner, message)),
  )
  return {
    async accept(db, message) {
      const row = toRow(message)
      const [conversation] = (await asAccepted(ask(db, row))) ?? []
      return conversation && toAccepted(row, conversation)
    },
    async acceptAhead(message, { part, budgetDay }) {
      const row = toRow(message)
      const asked = askAhead(toQuery(root, { ...row, on: budgetDay }, part))
      const { row: found, stored } = (await asAccepted(asked)) ?? {}
      if (!found || !stored) return undefined
      const { settings, facts, newestFirst, budgets, ...conversation } = found
      const gathered = toGathered({ settings, facts, newestFirst })
      return { ...toAccepted(row, conversation), gathered, budgets, stored }
    },
  }
}

/** Without a conversation there is no next number. */
async function asAccepted<Asked>(asked: Promise<Asked>): Promise<Asked | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isNotNullViolation(error, 'message_number')) return undefined
    throw error
  }
}

const toRow = ({ owner, idempotencyKey, ...message }: NewMessage): AcceptedRow => ({
  ...message,
  replyId: newId(),
  owner: owner ?? null,
  idempotencyKey: idempotencyKey ?? null,
})

const toAccepted = (row: AcceptedRow, conversation: Conversation): Accepted => ({
  conversation,
  exchange: toExchange(row, conversation),
})

type AcceptedRow = Omit<NewMessage, 'owner' | 'idempotencyKey'> & {
  replyId: string
  owner: string | null
  idempotencyKey: string | null
}

const accepting = (
  statement: QueryCreator<DB>,
  { learner: { mayAct }, message }: { learner: LearnerQueries; message: AcceptedRow },
) =>
  statement
    .with('conversation', (cte) =>
      addingToConversation(cte, { ...pick(message), count: 2 }).where(
        mayAct(expressionBuilder<DB, never>(), message),
      ),
    )
    .with('exchange', (cte) => cte.insertInto('messages').values(toRows(message)))
    .selectFrom('conversation')

/** Without looking at what is given: see `compiledOnce`. */
const pick = ({ userId, conversationId, title }: AcceptedRow) => ({ userId, conversationId, title })

function toRows(message: AcceptedRow) {
  const shared = {
    user_id: message.userId,
    conversation_id: message.conversationId,
    app_id: message.appId,
  }
  const said = {
    ...shared,
    id: message.messageId,
    message_number: sql<number>`(select "messageCount" - 1 from conversation)`,
    role: 'user' as const,
    input_kind: message.inputKind,
    content: message.text,
    status: 'completed' as const,
    idempotency_key: message.idempotencyKey,
    request_hash: message.requestHash,
    ended_at: sql<Date>`now()`,
  }
  const reply = {
    ...shared,
    id: message.replyId,
    message_number: sql<number>`(select "messageCount" from conversation)`,
    role: 'assistant' as const,
    reply_to: message.messageId,
    status: 'pending' as const,
    ...leasedTo(message.owner),
  }
  return [said, reply]
}

/** What nothing is known of yet. */
const BLANK = {
  emotion: null,
  problem: null,
  provider: null,
  model: null,
  finish: null,
  scripted: false,
  level: null,
  safety: null,
  tokensUsed: null,
} as const

/** As it is stored: all times of one transaction are the same. */
function toExchange(
  { userId, messageId, replyId, conversationId, appId, inputKind, text, requestHash }: AcceptedRow,
  conversation: Conversation,
): Exchange {
  const { messageCount, updatedAt } = conversation
  const shared = { ...BLANK, userId, conversationId, appId, createdAt: updatedAt }
  return {
    message: {
      ...shared,
      messageId,
      messageNumber: messageCount - 1,
      role: 'user',
      replyTo: null,
      inputKind,
      content: text,
      status: 'completed',
      requestHash,
      endedAt: updatedAt,
      speech: null,
    },
    reply: {
      ...shared,
      messageId: replyId,
      messageNumber: messageCount,
      role: 'assistant',
      replyTo: messageId,
      inputKind: 'text',
      content: '',
      status: 'pending',
      requestHash: null,
      endedAt: null,
    },
  }
}
