import type { AppError } from '#base/errors.ts'
import type { Db, RootDb } from '#platform/db/db.ts'
import { removeWhenIdle } from '#platform/db/remove-when-idle.ts'
import { type ConversationKey, deleteConversation } from './conversation-queries.ts'
import { findOpenMessageId, listRecordingIds, lockConversation } from './erasure-queries.ts'
import { conversationNotFound } from './errors.ts'
import type { MessageKey } from './message-queries.ts'
import type { RememberLearnerDeps } from './remember-learner.ts'

export type RemoveConversationDeps = Pick<RememberLearnerDeps, 'facts'> & {
  db: RootDb
  /** Ends replies of this process that are being made. */
  cancelReplies: (isMeant: (message: MessageKey) => boolean, reason: AppError) => Promise<void>
  /** Those of them that nothing else refers to. */
  eraseRecordings: (tx: Db, recordings: { userId: string; recordingIds: readonly string[] }) => Promise<void>
}

export type ConversationRemoval = ConversationKey & { erasesFacts: boolean; erasesRecordings: boolean }

/**
 * With all its messages, and if asked for also what was learnt from them about the learner, and the sound of them. Throws
 * `conversation.not_found`.
 */
export async function removeConversation(
  { db, facts, cancelReplies, eraseRecordings }: RemoveConversationDeps,
  { erasesFacts, erasesRecordings, ...key }: ConversationRemoval,
): Promise<void> {
  await removeWhenIdle(db, {
    findOpen: (from) => findOpenMessageId(from, key),
    cancel: (openId) => cancelReplies(({ messageId }) => messageId === openId, conversationNotFound()),
    lock: (tx) => lockConversation(tx, key),
    async remove(tx) {
      const recordingIds = erasesRecordings ? await listRecordingIds(tx, key) : []
      if (!(await deleteConversation(tx, key))) throw conversationNotFound()
      if (erasesFacts) await facts.eraseOf(tx, key)
      await eraseRecordings(tx, { userId: key.userId, recordingIds })
    },
  })
}
