import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import { isNotNullViolation } from '#platform/db/error-codes.ts'
import { leasedTo } from '#platform/db/lease.ts'
import type { Conversation, Exchange, Message } from './conversation.ts'
import { addingToConversation } from './conversation-queries.ts'
import type { MessageKey } from './message-queries.ts'

export type NewMessage = MessageKey & {
  conversationId: string
  appId: string
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

/**
 * Stores what the learner said and the reply that is to come, as the next two messages of the conversation: by one
 * statement, so that it costs one trip and, by itself, one commit. `undefined`: there is no such conversation, and nothing
 * is stored. What was spoken is kept beside it: see `speech-queries.ts`.
 */
export async function acceptMessage(
  db: Pick<Db, 'with'>,
  message: NewMessage,
): Promise<{ conversation: Conversation; exchange: Exchange } | undefined> {
  const replyId = newId()
  try {
    const conversation = await db
      .with('conversation', (cte) => addingToConversation(cte, { ...message, count: 2 }))
      .with('exchange', (cte) => cte.insertInto('messages').values(toRows(message, replyId)))
      .selectFrom('conversation')
      .selectAll()
      .executeTakeFirst()
    return conversation && { conversation, exchange: toExchange(message, { replyId, conversation }) }
  } catch (error) {
    // Without a conversation there is no next number.
    if (isNotNullViolation(error, 'message_number')) return undefined
    throw error
  }
}

function toRows(message: NewMessage, replyId: string) {
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
    idempotency_key: message.idempotencyKey ?? null,
    request_hash: message.requestHash,
    ended_at: sql<Date>`now()`,
  }
  const reply = {
    ...shared,
    id: replyId,
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
  message: NewMessage,
  { replyId, conversation }: { replyId: string; conversation: Conversation },
): Exchange {
  const { userId, messageId, conversationId, appId, inputKind, text, requestHash } = message
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
