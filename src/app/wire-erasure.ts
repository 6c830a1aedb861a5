import {
  deleteConversationsOf,
  type ReplyRunner,
  recordingsOfMessages,
} from '#features/conversation/index.ts'
import { type EraseUserDeps, finishErasures } from '#features/identity/index.ts'
import { deleteSessionsOf, recordingsOfTurns, type TurnRunner } from '#features/practice/index.ts'
import { createStrayRemover, deleteRecordingsOf, eraseUnused, folderOf } from '#features/recording/index.ts'
import { forgetLearnerIn } from '#features/usage/index.ts'
import type { Db, RootDb } from '#platform/db/db.ts'
import type { FileStore } from '#platform/files/file-store.ts'

type Recordings = { userId: string; recordingIds: readonly string[] }

/** What refers to recordings: they are erased with care for it. */
export function wireRecordingErasure(files: FileStore) {
  const inUse = async (db: Db, recordings: Recordings) => [
    ...(await recordingsOfTurns(db, recordings)),
    ...(await recordingsOfMessages(db, recordings)),
  ]
  return {
    files,
    inUse,
    eraseRecordings: (tx: Db, recordings: Recordings) => eraseUnused({ files, inUse }, tx, recordings),
  }
}

/** Everything that is held of a learner, in the order in which it can go. */
export const wireUserErasure = ({
  db,
  files,
  turns,
  replies,
}: {
  db: RootDb
  files: FileStore
  turns: TurnRunner
  replies: ReplyRunner
}): EraseUserDeps => ({
  db,
  async cancelWorkOf(userId, reason) {
    const isTheirs = (key: { userId: string }) => key.userId === userId
    await Promise.all([turns.cancel(isTheirs, reason), replies.cancel(isTheirs, reason)])
  },
  removeFilesOf: (userId) => files.removeFolder(folderOf(userId)),
  async forgetIn(tx, userId) {
    await forgetLearnerIn(tx, userId)
    await deleteSessionsOf(tx, userId)
    await deleteConversationsOf(tx, userId)
    // Last: turns and messages refer to them.
    await deleteRecordingsOf(tx, userId)
  },
})

/** Learners whose files are looked at in one go. */
const LEARNERS_AT_ONCE = 2_000
/** What was stored a shorter time ago may yet get its row. */
const STRAY_AFTER_MS = 10 * 60_000

/** What processes that died have left behind, to be put right from time to time. */
export function wireLeftovers(erasure: EraseUserDeps, files: FileStore) {
  const removeStrays = createStrayRemover(
    { db: erasure.db, files },
    { learnersAtOnce: LEARNERS_AT_ONCE, minAgeMs: STRAY_AFTER_MS },
  )
  return { finishErasures: () => finishErasures(erasure), removeStrays }
}
