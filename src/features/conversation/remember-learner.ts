import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import type { Conversation, Message } from './conversation.ts'
import { advanceFacts, findConversation } from './conversation-queries.ts'
import { listMessagesBetween } from './message-queries.ts'
import type { Persona } from './persona.ts'

/** So many messages of the learner are looked through at once, for each look costs a call. */
const LEARNER_MESSAGES_A_LOOK = 3
/** What one look sees; of more the oldest are left out. */
const MAX_MESSAGES = 60

/** `isOver`: these messages need not be looked through again. */
type FactSearch =
  | { isOver: true; store: (tx: Db, conversationId: string) => Promise<void> }
  | { isOver: false; reason: string }

export type RememberLearnerDeps = {
  db: RootDb
  personaOf: (versionId: string) => Promise<Persona>
  /** Whether the learner allows it. */
  mayRemember: (db: Db, userId: string) => Promise<boolean>
  facts: {
    /** Whether anybody said what must not be remembered; nothing is where nobody did. */
    hasRules: () => boolean
    find: (input: {
      userId: string
      appId: string
      messageId: string
      personaName: string
      messages: readonly Message[]
    }) => Promise<FactSearch>
    eraseOf: (tx: Db, conversation: { userId: string; conversationId: string }) => Promise<void>
  }
  reportNoFacts: (reason: unknown, messageId: string) => void
}

type Said = { conversation: Conversation; message: Message }

/**
 * After a reply: looks through what the learner said since the last look, when it is enough or has dropped out of the
 * history. The reply is stored by then, and nothing that goes wrong here reaches it.
 */
export async function rememberLearner(
  deps: RememberLearnerDeps,
  { conversation: before, message, isScripted }: Said & { isScripted: boolean },
): Promise<void> {
  // Where authored lines are played there is no model that could look.
  if (isScripted || !deps.facts.hasRules() || !mayBeDue(before, message)) return
  if (!(await deps.mayRemember(deps.db, message.userId))) return
  const conversation = await findConversation(deps.db, message)
  if (!conversation) return
  const messages = await listMessagesBetween(deps.db, {
    ...conversation,
    after: conversation.factsThrough,
    through: message.messageNumber,
    limit: MAX_MESSAGES,
  })
  if (!isDue(conversation, messages)) return
  await look(deps, { conversation, message, messages })
}

/** What is not talked about is not remembered either: neither the words nor the refusal. */
export const withoutRefused = <Said extends Pick<Message, 'role' | 'safety'>>(
  messages: readonly Said[],
): Said[] =>
  messages.filter(
    (message, at) => !isRefusal(message) && !(message.role === 'user' && isRefusal(messages[at + 1])),
  )

const isRefusal = (message: Pick<Message, 'safety'> | undefined) => message?.safety?.verdict === 'unsafe'

/** From what is known without asking: at most every other message is the learner's. */
const mayBeDue = ({ summaryThrough, factsThrough }: Conversation, { messageNumber }: Message) =>
  (messageNumber - factsThrough + 1) / 2 >= LEARNER_MESSAGES_A_LOOK || summaryThrough > factsThrough

function isDue({ summaryThrough, factsThrough }: Conversation, messages: readonly Message[]): boolean {
  const said = messages.filter(({ role, content }) => role === 'user' && content !== '').length
  return said >= LEARNER_MESSAGES_A_LOOK || (said > 0 && summaryThrough > factsThrough)
}

async function look(
  { db, personaOf, mayRemember, facts, reportNoFacts }: RememberLearnerDeps,
  {
    conversation,
    message,
    messages,
  }: { conversation: Conversation; message: Message; messages: readonly Message[] },
): Promise<void> {
  const { userId, appId, messageId, conversationId } = message
  const { name: personaName } = await personaOf(conversation.personaVersionId)
  const search = await facts.find({
    userId,
    appId,
    messageId,
    personaName,
    messages: withoutRefused(messages),
  })
  if (!search.isOver) return reportNoFacts(search.reason, messageId)
  const progress = { ...conversation, from: conversation.factsThrough, through: message.messageNumber }
  await withTransaction(db, async (tx) => {
    // Another process looked through them too, or the learner has changed their mind since.
    if (!(await advanceFacts(tx, progress)) || !(await mayRemember(tx, userId))) return
    await search.store(tx, conversationId)
  })
}
