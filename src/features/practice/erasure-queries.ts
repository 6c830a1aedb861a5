import type { Db } from '#platform/db/db.ts'
import type { SessionKey } from './session-queries.ts'

/** The turn in work, if there is one. */
export async function findOpenTurnId(db: Db, { userId, sessionId }: SessionKey): Promise<string | undefined> {
  const row = await db
    .selectFrom('situation_turns')
    .select('turn_id as turnId')
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row?.turnId
}

/** What was spoken in the session. */
export async function listRecordingIds(db: Db, { userId, sessionId }: SessionKey): Promise<string[]> {
  const rows = await db
    .selectFrom('situation_turns')
    .select('recording_id as recordingId')
    .distinct()
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .where('recording_id', 'is not', null)
    .execute()
  return rows.flatMap(({ recordingId }) => recordingId ?? [])
}

/** Whether a turn refers to the recording. */
export async function isRecordingOfTurn(
  db: Db,
  { userId, recordingId }: { userId: string; recordingId: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('situation_turns')
    .select('turn_id')
    .where('user_id', '=', userId)
    .where('recording_id', '=', recordingId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
