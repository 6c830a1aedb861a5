import type { AppError } from '#base/errors.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { findOpenTurnId, listRecordingIds } from './erasure-queries.ts'
import { sessionNotFound } from './errors.ts'
import { deleteSession, lockSession, type SessionKey } from './session-queries.ts'
import type { TurnKey } from './turn-queries.ts'

export type RemoveSessionDeps = {
  db: RootDb
  /** Ends turns of this process that are in work. */
  cancelTurns: (isMeant: (turn: TurnKey) => boolean, reason: AppError) => Promise<void>
  /** Those of them that nothing else refers to. */
  eraseRecordings: (tx: Db, recordings: { userId: string; recordingIds: readonly string[] }) => Promise<void>
}

/** With all its turns, and with `erasesRecordings` the sound of them. Throws `session.not_found`. */
export async function removeSession(
  { db, cancelTurns, eraseRecordings }: RemoveSessionDeps,
  { erasesRecordings, ...key }: SessionKey & { erasesRecordings: boolean },
): Promise<void> {
  const cancel = async (openTurnId: string | undefined) => {
    if (openTurnId) await cancelTurns(({ turnId }) => turnId === openTurnId, sessionNotFound())
  }
  await cancel(await findOpenTurnId(db, key))
  const acceptedSince = await withTransaction(db, async (tx) => {
    await lockSession(tx, key)
    const openTurnId = await findOpenTurnId(tx, key)
    const recordingIds = erasesRecordings ? await listRecordingIds(tx, key) : []
    if (!(await deleteSession(tx, key))) throw sessionNotFound()
    await eraseRecordings(tx, { userId: key.userId, recordingIds })
    return openTurnId
  })
  await cancel(acceptedSince)
}
