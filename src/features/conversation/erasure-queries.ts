import type { Db } from '#platform/db/db.ts'
import type { ConversationKey } from './conversation-queries.ts'

/** The message that is being answered, if there is one. */
export async function findOpenMessageId(
  db: Db,
  { userId, conversationId }: ConversationKey,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('messages')
    .select('reply_to as messageId')
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .where('status', '=', 'pending')
    .executeTakeFirst()
  return row?.messageId ?? undefined
}

/** Who is adding a message is waited for, and who comes later finds nothing to add it to. */
export async function lockConversation(db: Db, { userId, conversationId }: ConversationKey): Promise<void> {
  await db
    .selectFrom('conversations')
    .select('id')
    .where('user_id', '=', userId)
    .where('id', '=', conversationId)
    .forUpdate()
    .execute()
}

/** What was spoken in the conversation. */
export async function listRecordingIds(
  db: Db,
  { userId, conversationId }: ConversationKey,
): Promise<string[]> {
  const rows = await db
    .selectFrom('spoken_messages as s')
    .innerJoin('messages as m', (join) =>
      join.onRef('m.user_id', '=', 's.user_id').onRef('m.id', '=', 's.message_id'),
    )
    .select('s.recording_id as recordingId')
    .distinct()
    .where('s.user_id', '=', userId)
    .where('m.conversation_id', '=', conversationId)
    .execute()
  return rows.map(({ recordingId }) => recordingId)
}

/** Which of them a message refers to. */
export async function recordingsOfMessages(
  db: Db,
  { userId, recordingIds }: { userId: string; recordingIds: readonly string[] },
): Promise<string[]> {
  if (recordingIds.length === 0) return []
  const rows = await db
    .selectFrom('spoken_messages')
    .select('recording_id as recordingId')
    .distinct()
    .where('user_id', '=', userId)
    .where('recording_id', 'in', recordingIds)
    .execute()
  return rows.map(({ recordingId }) => recordingId)
}

export async function deleteConversationsOf(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('conversations').where('user_id', '=', userId).execute()
}
