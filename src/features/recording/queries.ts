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

/** The same sound sent twice by a learner is one recording: returns the id it has. */
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
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'sha256']).doUpdateSet({ sha256: sql`excluded.sha256` }),
    )
    .returning('recording_id')
    .executeTakeFirstOrThrow()
  return recording_id
}

export async function findRecording(
  db: Db,
  { userId, recordingId }: { userId: string; recordingId: string },
): Promise<Recording | undefined> {
  return db
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
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .executeTakeFirst()
}

export async function updateDuration(
  db: Db,
  { userId, recordingId, durationMs }: { userId: string; recordingId: string; durationMs: number },
): Promise<void> {
  await db
    .updateTable('recordings')
    .set({ duration_ms: durationMs })
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .execute()
}
