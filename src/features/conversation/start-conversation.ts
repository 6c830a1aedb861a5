import { newId } from '#base/ids.ts'
import { type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import type { Conversation } from './conversation.ts'
import {
  addToConversation,
  findConversation,
  findConversationByIdempotencyKey,
  insertConversation,
} from './conversation-queries.ts'
import { idempotencyKeyReused, personaNotChosen, personaNotFound } from './errors.ts'
import type { KeptVersions } from './kept-versions.ts'
import { insertGreeting } from './message-queries.ts'
import type { Persona } from './persona.ts'

export type StartConversationDeps = {
  db: RootDb
  findTalkable: (personaId: string) => Promise<{ personaId: string; personaVersionId: string } | undefined>
  personaOf: (versionId: string) => Promise<Persona>
  /** Whom the learner likes to talk with best. */
  preferredPersonaOf: (userId: string) => Promise<string | null>
  /** The version of the reply prompt that is served now. */
  promptVersionId: () => Promise<string>
  versions: Pick<KeptVersions, 'keep'>
}

export type StartRequest = {
  userId: string
  appId: string
  /** Absent: the learner's preferred one. */
  personaId: string | undefined
  idempotencyKey: string | undefined
}

/** Begins a conversation with the persona as it is authored now, and its greeting; it keeps that version for good. */
export async function startConversation(
  deps: StartConversationDeps,
  request: StartRequest,
): Promise<{ conversation: Conversation; isReplay: boolean }> {
  const { userId } = request
  const requestHash = hashRequest({ personaId: request.personaId })
  const earlier = await findEarlier(deps, request, requestHash)
  if (earlier) return { conversation: earlier, isReplay: true }

  const personaId = request.personaId ?? (await deps.preferredPersonaOf(userId))
  if (personaId === null) throw personaNotChosen()
  const talkable = await deps.findTalkable(personaId)
  if (!talkable) throw personaNotFound()
  const persona = await deps.personaOf(talkable.personaVersionId)
  const conversationId = newId()
  try {
    await store(deps, { ...talkable, conversationId, request, requestHash, persona })
  } catch (error) {
    // The same request came twice at once, and the other one was first.
    if (!isUniqueViolation(error, 'conversations_idempotency_key')) throw error
    const first = await findEarlier(deps, request, requestHash)
    if (first) return { conversation: first, isReplay: true }
    throw error
  }
  const conversation = await findConversation(deps.db, { userId, conversationId })
  if (!conversation) throw new Error(`Conversation ${conversationId} vanished after it was stored`)
  deps.versions.keep(conversation)
  return { conversation, isReplay: false }
}

type NewParts = {
  personaId: string
  personaVersionId: string
  conversationId: string
  request: StartRequest
  requestHash: string
  persona: Persona
}

async function store(
  deps: StartConversationDeps,
  { personaId, personaVersionId, conversationId, request, requestHash, persona }: NewParts,
): Promise<void> {
  const { userId, appId, idempotencyKey } = request
  const key = { userId, conversationId }
  const promptVersionId = await deps.promptVersionId()
  return withTransaction(deps.db, async (tx) => {
    await insertConversation(tx, {
      ...key,
      personaId,
      personaVersionId,
      promptVersionId,
      requestHash,
      idempotencyKey,
    })
    const [emotion = null] = persona.emotions
    await insertGreeting(tx, { ...key, appId, text: persona.greeting, emotion })
    await addToConversation(tx, { ...key, count: 1, title: null })
  })
}

async function findEarlier(
  { db }: StartConversationDeps,
  { userId, idempotencyKey }: StartRequest,
  requestHash: string,
): Promise<Conversation | undefined> {
  if (idempotencyKey === undefined) return undefined
  const conversation = await findConversationByIdempotencyKey(db, { userId, idempotencyKey })
  if (conversation && conversation.requestHash !== requestHash) throw idempotencyKeyReused()
  return conversation
}
