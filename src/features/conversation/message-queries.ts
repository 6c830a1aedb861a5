import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { ReplyLevel } from '#engines/language/govern-reply.ts'
import { compiledOnce } from '#platform/db/compiled-once.ts'
import type { Db } from '#platform/db/db.ts'
import { NO_LEASE } from '#platform/db/lease.ts'
import type { Exchange, Message, MessageSafety, ReplyEnding, ReplyProblem } from './conversation.ts'
import type { ConversationKey } from './conversation-queries.ts'
import { findSpeech } from './speech-queries.ts'

const COLUMNS = [
  'id as messageId',
  'user_id as userId',
  'conversation_id as conversationId',
  'message_number as messageNumber',
  'role',
  'reply_to as replyTo',
  'app_id as appId',
  'input_kind as inputKind',
  'content',
  'emotion',
  'status',
  'problem',
  'provider',
  'model',
  'finish',
  'scripted',
  'level',
  'safety',
  'tokens_used as tokensUsed',
  'request_hash as requestHash',
  'created_at as createdAt',
  'ended_at as endedAt',
] as const

const selectMessages = (db: Db) => db.selectFrom('messages').select(COLUMNS)

type MessageRow = Awaited<ReturnType<ReturnType<typeof selectMessages>['executeTakeFirstOrThrow']>>

// The JSON columns are written by this file alone, in these shapes.
const toMessage = (row: MessageRow): Message => ({
  ...row,
  problem: row.problem as ReplyProblem | null,
  level: row.level as ReplyLevel | null,
  safety: row.safety as MessageSafety | null,
})

/** `messageId` is that of what the learner said; the reply to it is found through it. */
export type MessageKey = { userId: string; messageId: string }

export async function findExchange(db: Db, { userId, messageId }: MessageKey): Promise<Exchange | undefined> {
  const rows = await selectMessages(db)
    .where('user_id', '=', userId)
    .where(({ eb, or }) => or([eb('id', '=', messageId), eb('reply_to', '=', messageId)]))
    .orderBy('message_number')
    .execute()
  const message = rows.find(({ role }) => role === 'user')
  const reply = rows.find(({ replyTo }) => replyTo === messageId)
  if (!message || !reply) return undefined
  const speech = message.inputKind === 'audio' ? await findSpeech(db, { userId, messageId }) : null
  return { message: { ...toMessage(message), speech }, reply: toMessage(reply) }
}

export async function findMessageByIdempotencyKey(
  db: Db,
  { userId, conversationId, idempotencyKey }: ConversationKey & { idempotencyKey: string },
): Promise<Message | undefined> {
  const row = await selectMessages(db)
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
  return row && toMessage(row)
}

/** The newest first. One row more than `limit` when there is more. */
export async function listMessages(
  db: Db,
  { userId, conversationId, before, limit }: ConversationKey & { before: number | undefined; limit: number },
): Promise<Message[]> {
  const rows = await selectMessages(db)
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .$if(before !== undefined, (query) => query.where('message_number', '<', before ?? 0))
    .orderBy('message_number', 'desc')
    .limit(limit + 1)
    .execute()
  return rows.map(toMessage)
}

type Unsummed = ConversationKey & { limit: number }

/** Those that the conversation's summary does not cover, oldest first; of more than `limit` the newest. */
export async function listUnsummedMessages(db: Db, unsummed: Unsummed): Promise<Message[]> {
  const newestFirst = await askForUnsummed(db, unsummed)
  return newestFirst.map(toMessage).reverse()
}

const askForUnsummed = compiledOnce((db, { userId, conversationId, limit }: Unsummed) =>
  selectMessages(db)
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .where('message_number', '>', (query) =>
      query
        .selectFrom('conversations')
        .select('summary_through')
        .where('conversations.user_id', '=', userId)
        .where('conversations.id', '=', conversationId),
    )
    .orderBy('message_number', 'desc')
    .limit(limit),
)

type Span = ConversationKey & { after: number; through: number; limit: number }

/** Those after number `after` up to number `through`, oldest first; of more than `limit` the newest. */
export async function listMessagesBetween(
  db: Db,
  { userId, conversationId, after, through, limit }: Span,
): Promise<Message[]> {
  const newestFirst = await selectMessages(db)
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .where('message_number', '>', after)
    .where('message_number', '<=', through)
    .orderBy('message_number', 'desc')
    .limit(limit)
    .execute()
  return newestFirst.map(toMessage).reverse()
}

/** The persona's first line, which nobody was asked for. */
export async function insertGreeting(
  db: Db,
  {
    userId,
    conversationId,
    appId,
    text,
    emotion,
  }: ConversationKey & { appId: string; text: string; emotion: string | null },
): Promise<void> {
  await db
    .insertInto('messages')
    .values({
      user_id: userId,
      id: newId(),
      conversation_id: conversationId,
      message_number: 1,
      role: 'assistant',
      app_id: appId,
      content: text,
      emotion,
      status: 'completed',
      scripted: true,
      ended_at: sql<Date>`now()`,
    })
    .execute()
}

/** What was heard of a spoken message. */
export async function updateContent(
  db: Db,
  { userId, messageId, content }: MessageKey & { content: string },
): Promise<void> {
  await db
    .updateTable('messages')
    .set({ content })
    .where('user_id', '=', userId)
    .where('id', '=', messageId)
    .where('input_kind', '=', 'audio')
    .execute()
}

/** The reply as it is stored; `undefined`: the lease was lost or the conversation was deleted, and nothing was. */
export async function storeReply(
  db: Pick<Db, 'updateTable'>,
  { userId, messageId, owner, ending }: MessageKey & { owner: string; ending: ReplyEnding },
): Promise<Message | undefined> {
  const row = await db
    .updateTable('messages')
    .set({
      content: ending.content,
      emotion: ending.emotion,
      status: ending.status,
      problem: ending.problem && JSON.stringify(ending.problem),
      provider: ending.provider,
      model: ending.model,
      finish: ending.finish,
      filter_verdict: ending.filterVerdict,
      scripted: ending.scripted,
      level: ending.level && JSON.stringify(ending.level),
      safety: ending.safety && JSON.stringify(ending.safety),
      tokens_used: ending.tokensUsed,
      ended_at: sql<Date>`now()`,
      ...NO_LEASE,
    })
    .where('user_id', '=', userId)
    .where('reply_to', '=', messageId)
    .where('status', '=', 'pending')
    .where('lease_owner', '=', owner)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row && toMessage(row)
}
