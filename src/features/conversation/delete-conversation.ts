import { withTransaction } from '#platform/db/db.ts'
import { type ConversationKey, deleteConversation } from './conversation-queries.ts'
import { conversationNotFound } from './errors.ts'
import type { RememberLearnerDeps } from './remember-learner.ts'

/** With all its messages, and with `erasesFacts` also what was learnt from them about the learner. */
export async function removeConversation(
  { db, facts }: Pick<RememberLearnerDeps, 'db' | 'facts'>,
  { erasesFacts, ...key }: ConversationKey & { erasesFacts: boolean },
): Promise<void> {
  await withTransaction(db, async (tx) => {
    if (!(await deleteConversation(tx, key))) throw conversationNotFound()
    if (erasesFacts) await facts?.eraseOf(tx, key)
  })
}
