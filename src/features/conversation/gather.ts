import type { Level } from '#engines/language/levels.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { Message } from './conversation.ts'
import type { ConversationKey } from './conversation-queries.ts'
import { listUnsummedMessages } from './message-queries.ts'
import { knownFactsOf, type RememberLearnerDeps } from './remember-learner.ts'

/** Many more than the history's characters hold; what is older is in the summary, or was never summed up. */
const MAX_MESSAGES = 200

export type TalkSettings = { cefrLevel: Level | null; rememberFacts: boolean }

/** What a reply is made from besides the message that it answers. */
export type Gathered = {
  settings: TalkSettings
  /** What is known of the learner, if the learner allows it. */
  facts: string[]
  /** Those that no summary covers, oldest first; the message itself may be among them, and what came with it. */
  messages: Message[]
}

export type GatherDeps = Pick<RememberLearnerDeps, 'facts'> & {
  db: RootDb
  /** What somebody said the learner's level is, and whether the learner wants to be remembered. */
  talkSettingsOf: (userId: string) => Promise<TalkSettings>
}

/** Asks for everything at once, for the learner waits. */
export async function gather(deps: GatherDeps, key: ConversationKey): Promise<Gathered> {
  const [settings, facts, messages] = await Promise.all([
    deps.talkSettingsOf(key.userId),
    knownFactsOf(deps, key.userId),
    listUnsummedMessages(deps.db, { ...key, limit: MAX_MESSAGES }),
  ])
  return { settings, facts: settings.rememberFacts ? facts : [], messages }
}
