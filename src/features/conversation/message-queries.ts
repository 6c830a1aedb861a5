import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { ReplyLevel } from '#engines/language/govern-reply.ts'
import { compiledOnce } from '#platform/db/compiled-once.ts'
import type { Db } from '#platform/db/db.ts'
import { NO_LEASE } from '#platform/db/lease.ts'
import type { StatementPart } from '#platform/db/statement-part.ts'
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
  db: Db,
  { userId, messageId, owner, ending }: MessageKey & { owner: string; ending: ReplyEnding },
  part: StatementPart,
): Promise<Message | undefined> {
  const { problem, level, safety } = ending
  const ended = {
    userId,
    messageId,
    owner,
    ...ending,
    problem: problem && JSON.stringify(problem),
    level: level && JSON.stringify(level),
    safety: safety && JSON.stringify(safety),
  }
  const [row] = await askToStore(db, ended, part)
  return row && toMessage(row)
}

type EndedRow = MessageKey &
  Omit<ReplyEnding, 'problem' | 'level' | 'safety'> & {
    owner: string
    problem: string | null
    level: string | null
    safety: string | null
  }

const askToStore = compiledOnce((statement, ended: EndedRow) =>
  statement
    .updateTable('messages')
    .set({
      content: ended.content,
      emotion: ended.emotion,
      status: ended.status,
      problem: ended.problem,
      provider: ended.provider,
      model: ended.model,
      finish: ended.finish,
      filter_verdict: ended.filterVerdict,
      scripted: ended.scripted,
      level: ended.level,
      safety: ended.safety,
      tokens_used: ended.tokensUsed,
      ended_at: sql<Date>`now()`,
      ...NO_LEASE,
    })
    .where('user_id', '=', ended.userId)
    .where('reply_to', '=', ended.messageId)
    .where('status', '=', 'pending')
    .where('lease_owner', '=', ended.owner)
    .returning(COLUMNS),
)
