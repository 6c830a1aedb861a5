import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import type { FileStore } from '#platform/files/file-store.ts'
import { recordingNotFound } from './errors.ts'
import { deleteRecordingRow, markErased, type RecordingKey } from './queries.ts'

export type EraseRecordingDeps = {
  files: FileStore
  /** Which of them something refers to: a turn or a message. */
  inUse: (db: Db, recordings: { userId: string; recordingIds: readonly string[] }) => Promise<string[]>
}

/** The sound goes; what it was transcribed to and scored with belongs to its turn. Throws `recording.not_found`. */
export async function eraseRecording(
  deps: EraseRecordingDeps & { db: RootDb },
  key: RecordingKey,
): Promise<void> {
  await withTransaction(deps.db, async (tx) => {
    if (!(await eraseIn(deps, tx, key))) throw recordingNotFound()
  })
}

/** Those that nothing refers to any more. */
export async function eraseUnused(
  deps: EraseRecordingDeps,
  tx: Db,
  { userId, recordingIds }: { userId: string; recordingIds: readonly string[] },
): Promise<void> {
  const used = await deps.inUse(tx, { userId, recordingIds })
  for (const recordingId of recordingIds) {
    if (!used.includes(recordingId)) await eraseIn(deps, tx, { userId, recordingId })
  }
}

/**
 * The file is removed while the row is locked, so that the same sound, sent again, is kept after it and not before.
 * False where there is none.
 */
async function eraseIn({ files, inUse }: EraseRecordingDeps, tx: Db, key: RecordingKey): Promise<boolean> {
  const storageKey = await markErased(tx, key)
  if (storageKey === undefined) return false
  const used = await inUse(tx, { userId: key.userId, recordingIds: [key.recordingId] })
  if (used.length === 0) await deleteRecordingRow(tx, key)
  await files.remove(storageKey)
  return true
}
