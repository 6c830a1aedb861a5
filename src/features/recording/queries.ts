import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type { Recording } from './recording.ts'

export type NewRecording = {
  recordingId: string
  userId: string
  sha256: string
  storageKey: string
  contentType: string
  byteCount: number
}

/** The same sound sent twice by a learner is one recording, also where it was erased before: returns the id it has. */
export async function upsertRecording(db: Db, recording: NewRecording): Promise<string> {
  const { recording_id } = await db
    .insertInto('recordings')
    .values({
      user_id: recording.userId,
      recording_id: recording.recordingId,
      sha256: recording.sha256,
      storage_key: recording.storageKey,
      content_type: recording.contentType,
      byte_count: recording.byteCount,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'sha256']).doUpdateSet({ erased_at: null }))
    .returning('recording_id')
    .executeTakeFirstOrThrow()
  return recording_id
}

export type RecordingKey = { userId: string; recordingId: string }

const selectRecordings = (db: Db) =>
  db
    .selectFrom('recordings')
    .select([
      'recording_id as recordingId',
      'user_id as userId',
      'storage_key as storageKey',
      'content_type as contentType',
      'byte_count as byteCount',
      'duration_ms as durationMs',
      'created_at as createdAt',
    ])
    .where('erased_at', 'is', null)

export async function findRecording(
  db: Db,
  { userId, recordingId }: RecordingKey,
): Promise<Recording | undefined> {
  return selectRecordings(db)
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .executeTakeFirst()
}

/** The newest first: ids grow with time. One row more than `limit` when there is more. */
export async function listRecordings(
  db: Db,
  { userId, before, limit }: { userId: string; before: string | undefined; limit: number },
): Promise<Recording[]> {
  return selectRecordings(db)
    .where('user_id', '=', userId)
    .$if(before !== undefined, (query) => query.where('recording_id', '<', before ?? ''))
    .orderBy('recording_id', 'desc')
    .limit(limit + 1)
    .execute()
}

/** Who sends the same sound again waits for the end of the transaction. */
export async function lockRecording(
  db: Db,
  { userId, recordingId }: RecordingKey,
): Promise<Recording | undefined> {
  return selectRecordings(db)
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .forUpdate()
    .executeTakeFirst()
}

/** The row stays for what refers to it. */
export async function markErased(db: Db, { userId, recordingId }: RecordingKey): Promise<void> {
  await db
    .updateTable('recordings')
    .set({ erased_at: sql<Date>`now()` })
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .execute()
}

export async function deleteRecordingRow(db: Db, { userId, recordingId }: RecordingKey): Promise<void> {
  await db
    .deleteFrom('recordings')
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .execute()
}

/** Nothing may refer to them any more. */
export async function deleteRecordingsOf(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('recordings').where('user_id', '=', userId).execute()
}

/** The keys under which these learners have sound. */
export async function listStorageKeys(db: Db, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('recordings')
    .select('storage_key as storageKey')
    .where('user_id', 'in', userIds)
    .where('erased_at', 'is', null)
    .execute()
  return new Set(rows.map(({ storageKey }) => storageKey))
}

export async function updateDuration(
  db: Db,
  { userId, recordingId, durationMs }: RecordingKey & { durationMs: number },
): Promise<void> {
  await db
    .updateTable('recordings')
    .set({ duration_ms: durationMs })
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .execute()
}
