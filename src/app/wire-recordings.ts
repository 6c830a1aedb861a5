import { newId } from '#base/ids.ts'
import type { SpokenFile } from '#engines/speech/spoken-file.ts'
import {
  findRecording,
  recordingNotFound,
  storageKeyOf,
  updateDuration,
  upsertRecording,
} from '#features/recording/index.ts'
import type { Db, RootDb } from '#platform/db/db.ts'
import { createLocalFileStore } from '#platform/files/file-store.ts'
import { wireRecordingErasure } from './wire-erasure.ts'

export type Recordings = ReturnType<typeof wireRecordings>

/** Sound on disk and its rows, for those who keep and hear it. */
export function wireRecordings(db: RootDb, dataDir: string) {
  const files = createLocalFileStore(dataDir)
  return {
    ...wireRecordingErasure(files),
    withRecording: async <T>(
      key: { userId: string; recordingId: string },
      work: (path: string) => Promise<T>,
    ) => {
      const recording = await findRecording(db, key)
      if (!recording) throw recordingNotFound()
      return files.withPath(recording.storageKey, work)
    },
    storeDuration: updateDuration,
    keepRecording: async (tx: Db, userId: string, file: SpokenFile) => {
      const { path, sha256, byteCount, contentType } = file
      const storageKey = storageKeyOf(userId, sha256)
      // The row first: who erases the same sound just now holds it, and is waited for.
      const row = { recordingId: newId(), userId, sha256, storageKey, contentType, byteCount }
      const recordingId = await upsertRecording(tx, row)
      await files.keep(storageKey, path)
      return recordingId
    },
  }
}
