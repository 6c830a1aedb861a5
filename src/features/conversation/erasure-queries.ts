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

/** Whether a message refers to the recording. */
export async function isRecordingOfMessage(
  db: Db,
  { userId, recordingId }: { userId: string; recordingId: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('spoken_messages')
    .select('message_id')
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteConversationsOf(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('conversations').where('user_id', '=', userId).execute()
}
