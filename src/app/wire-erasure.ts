import {
  deleteConversationsOf,
  isRecordingOfMessage,
  type ReplyRunner,
} from '#features/conversation/index.ts'
import { type EraseUserDeps, finishErasures } from '#features/identity/index.ts'
import { deleteSessionsOf, isRecordingOfTurn, type TurnRunner } from '#features/practice/index.ts'
import { createStrayRemover, deleteRecordingsOf, eraseUnused, folderOf } from '#features/recording/index.ts'
import { forgetLearnerIn } from '#features/usage/index.ts'
import type { Db, RootDb } from '#platform/db/db.ts'
import type { FileStore } from '#platform/files/file-store.ts'

/** The erasure of recordings, which turns and messages may refer to. */
export function wireRecordingErasure(files: FileStore) {
  const isUsed = async (db: Db, key: { userId: string; recordingId: string }) =>
    (await isRecordingOfTurn(db, key)) || (await isRecordingOfMessage(db, key))
  return {
    files,
    isUsed,
    eraseRecordings: (tx: Db, recordings: { userId: string; recordingIds: readonly string[] }) =>
      eraseUnused({ files, isUsed }, tx, recordings),
  }
}

/** The erasure of a learner: everything that is held, in the order in which it can be deleted. */
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
    // Recordings come last, because turns and messages refer to them.
    await deleteRecordingsOf(tx, userId)
  },
})

/** How many learners' files one run looks at. */
const LEARNERS_AT_ONCE = 2_000
/** A younger file may still get its row. */
const STRAY_AFTER_MS = 10 * 60_000

/** Tasks that clean up after processes that died. */
export function wireLeftovers(erasure: EraseUserDeps, files: FileStore) {
  const removeStrays = createStrayRemover(
    { db: erasure.db, files },
    { learnersAtOnce: LEARNERS_AT_ONCE, minAgeMs: STRAY_AFTER_MS },
  )
  return { finishErasures: () => finishErasures(erasure), removeStrays }
}
