import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import type { FileStore } from '#platform/files/file-store.ts'
import { recordingNotFound } from './errors.ts'
import { deleteRecordingRow, lockRecording, markErased, type RecordingKey } from './queries.ts'

export type EraseRecordingDeps = {
  files: FileStore
  /** Whether a turn or a message refers to it. */
  isUsed: (db: Db, key: RecordingKey) => Promise<boolean>
}

/** The sound goes; its transcript and scores belong to its turn. Throws `recording.not_found`. */
export async function eraseRecording(
  deps: EraseRecordingDeps & { db: RootDb },
  key: RecordingKey,
): Promise<void> {
  await withTransaction(deps.db, async (tx) => {
    if (!(await eraseIn(deps, tx, key))) throw recordingNotFound()
  })
}

/** Erases those of them that nothing refers to any more. */
export async function eraseUnused(
  deps: EraseRecordingDeps,
  tx: Db,
  { userId, recordingIds }: { userId: string; recordingIds: readonly string[] },
): Promise<void> {
  for (const recordingId of recordingIds) await eraseIn(deps, tx, { userId, recordingId, keepsUsed: true })
}

/**
 * Looks who uses the recording, and removes the file, while its row is locked: the same sound, sent again, is stored
 * before or after all of it. False where there is none.
 */
async function eraseIn(
  deps: EraseRecordingDeps,
  tx: Db,
  { keepsUsed = false, ...key }: RecordingKey & { keepsUsed?: boolean },
): Promise<boolean> {
  const recording = await lockRecording(tx, key)
  if (!recording) return false
  const isUsed = await deps.isUsed(tx, key)
  if (isUsed && keepsUsed) return true
  if (isUsed) await markErased(tx, key)
  else await deleteRecordingRow(tx, key)
  await deps.files.remove(recording.storageKey)
  return true
}
