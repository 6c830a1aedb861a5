import type { AppError } from '#base/errors.ts'
import type { Db, RootDb } from '#platform/db/db.ts'
import { removeWhenIdle } from '#platform/db/remove-when-idle.ts'
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
  await removeWhenIdle(db, {
    findOpen: (from) => findOpenTurnId(from, key),
    cancel: (openId) => cancelTurns(({ turnId }) => turnId === openId, sessionNotFound()),
    lock: (tx) => lockSession(tx, key),
    async remove(tx) {
      const recordingIds = erasesRecordings ? await listRecordingIds(tx, key) : []
      if (!(await deleteSession(tx, key))) throw sessionNotFound()
      await eraseRecordings(tx, { userId: key.userId, recordingIds })
    },
  })
}
