import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type { Conversation } from './conversation.ts'

const COLUMNS = [
  'id as conversationId',
  'user_id as userId',
  'persona_id as personaId',
  'persona_version_id as personaVersionId',
  'prompt_version_id as promptVersionId',
  'request_hash as requestHash',
  'title',
  'message_count as messageCount',
  'summary',
  'summary_through as summaryThrough',
  'facts_through as factsThrough',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const

const selectConversation = (db: Db) => db.selectFrom('conversations').select(COLUMNS)

export type ConversationKey = { userId: string; conversationId: string }

export async function findConversation(
  db: Db,
  { userId, conversationId }: ConversationKey,
): Promise<Conversation | undefined> {
  return selectConversation(db)
    .where('user_id', '=', userId)
    .where('id', '=', conversationId)
    .executeTakeFirst()
}

export async function findConversationByIdempotencyKey(
  db: Db,
  { userId, idempotencyKey }: { userId: string; idempotencyKey: string },
): Promise<Conversation | undefined> {
  return selectConversation(db)
    .where('user_id', '=', userId)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
}

/** Those begun last first: ids grow with time. One row more than `limit` when there is more. */
export async function listConversations(
  db: Db,
  { userId, before, limit }: { userId: string; before: string | undefined; limit: number },
): Promise<Conversation[]> {
  return selectConversation(db)
    .where('user_id', '=', userId)
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
}

export type NewConversation = Pick<
  Conversation,
  'conversationId' | 'userId' | 'personaId' | 'personaVersionId' | 'promptVersionId' | 'requestHash'
> & { idempotencyKey: string | undefined }

export async function insertConversation(db: Db, conversation: NewConversation): Promise<void> {
  await db
    .insertInto('conversations')
    .values({
      user_id: conversation.userId,
      id: conversation.conversationId,
      persona_id: conversation.personaId,
      persona_version_id: conversation.personaVersionId,
      prompt_version_id: conversation.promptVersionId,
      idempotency_key: conversation.idempotencyKey ?? null,
      request_hash: conversation.requestHash,
    })
    .execute()
}

type Added = ConversationKey & { count: number; title: string | null }

/** Counts messages that are added; the title is only set where there is none. */
export async function addToConversation(db: Db, added: Added): Promise<Conversation | undefined> {
  return addingToConversation(db, added).executeTakeFirst()
}

/** The same, to be part of a statement. Whoever did this decides which message comes next: others wait for its end. */
export function addingToConversation(
  db: Pick<Db, 'updateTable'>,
  { userId, conversationId, count, title }: Added,
) {
  return db
    .updateTable('conversations')
    .set({
      message_count: sql`message_count + ${count}`,
      title: sql`coalesce(title, ${title})`,
      updated_at: sql`now()`,
    })
    .where('user_id', '=', userId)
    .where('id', '=', conversationId)
    .returning(COLUMNS)
}

/** Never takes a summary back: one that covers less than what is stored changes nothing. */
export async function updateSummary(
  db: Db,
  { userId, conversationId, summary, through }: ConversationKey & { summary: string; through: number },
): Promise<void> {
  await db
    .updateTable('conversations')
    .set({ summary, summary_through: through })
    .where('user_id', '=', userId)
    .where('id', '=', conversationId)
    .where('summary_through', '<', through)
    .execute()
}

/** False when another process has looked through them in the meantime. */
export async function advanceFacts(
  db: Db,
  { userId, conversationId, from, through }: ConversationKey & { from: number; through: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('conversations')
    .set({ facts_through: through })
    .where('user_id', '=', userId)
    .where('id', '=', conversationId)
    .where('facts_through', '=', from)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** False where there was none. Its messages go with it. */
export async function deleteConversation(
  db: Db,
  { userId, conversationId }: ConversationKey,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('conversations')
    .where('user_id', '=', userId)
    .where('id', '=', conversationId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
