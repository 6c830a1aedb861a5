import type { Db } from '#platform/db/db.ts'
import type { Conversation } from './conversation.ts'
import { type ConversationKey, findConversation } from './conversation-queries.ts'

/** Of the conversations that were last talked in; some 200 bytes each. */
const MOST = 20_000

/**
 * The version of the reply prompt that a conversation was begun with. It keeps it for good, so that whoever has seen it
 * once need not ask again.
 */
export type KeptVersions = {
  keep: (conversation: Conversation) => void
  /** `undefined`: there is no such conversation. One that was deleted since may still be known. */
  find: (key: ConversationKey) => Promise<string | undefined>
}

export function createKeptVersions(db: Db, most = MOST): KeptVersions {
  const kept = new Map<string, string>()
  const nameOf = ({ userId, conversationId }: ConversationKey) => `${userId}/${conversationId}`
  const keep = (conversation: Conversation) => {
    const name = nameOf(conversation)
    // Deleted first, so that it is the newest again.
    kept.delete(name)
    kept.set(name, conversation.promptVersionId)
    const [oldest] = kept.size > most ? kept.keys() : []
    if (oldest !== undefined) kept.delete(oldest)
  }
  return {
    keep,
    async find(key) {
      const known = kept.get(nameOf(key))
      if (known !== undefined) return known
      const conversation = await findConversation(db, key)
      if (conversation) keep(conversation)
      return conversation?.promptVersionId
    },
  }
}
