import { newId } from '#base/ids.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { titleOf } from './conversation.ts'
import {
  addToConversation,
  type ConversationKey,
  findConversation,
  lockConversation,
} from './conversation-queries.ts'
import { conversationNotFound, idempotencyKeyReused, messageInProgress } from './errors.ts'
import {
  findMessageByIdempotencyKey,
  findMessageState,
  insertExchange,
  type MessageKey,
} from './message-queries.ts'
import { hashRequest } from './request-hash.ts'

export type PostMessageDeps = { db: RootDb; startReply: (message: MessageKey) => void }

export type PostMessageRequest = ConversationKey & {
  appId: string
  idempotencyKey: string | undefined
  text: string
}

export type AcceptedMessage = { message: MessageKey; isReplay: boolean }

/**
 * Accepts a message: once this resolves, the words are stored and will be answered, whatever happens to this process.
 * No model was asked yet. A repeated `Idempotency-Key` answers with the first message.
 */
export async function postMessage(
  { db, startReply }: PostMessageDeps,
  request: PostMessageRequest,
): Promise<AcceptedMessage> {
  const requestHash = hashRequest({ text: request.text })
  if (!(await findConversation(db, request))) throw conversationNotFound()
  const earlier = await findEarlier(db, request, requestHash)
  if (earlier) return { message: earlier, isReplay: true }
  try {
    const accepted = await withTransaction(db, (tx) => accept(tx, request, requestHash))
    startReply(accepted.message)
    return accepted
  } catch (error) {
    // Kept by the database, should two get past the conversation's lock.
    throw isUniqueViolation(error, 'messages_open_key') ? messageInProgress() : error
  }
}

/** Decides under the conversation's lock, so that of two messages at once one is accepted and the other refused. */
async function accept(tx: Db, request: PostMessageRequest, requestHash: string): Promise<AcceptedMessage> {
  const conversation = await lockConversation(tx, request)
  if (!conversation) throw conversationNotFound()
  // The same request came twice at once, and the other one was first.
  const first = await findEarlier(tx, request, requestHash)
  if (first) return { message: first, isReplay: true }
  const { open, lastNumber } = await findMessageState(tx, request)
  if (open > 0) throw messageInProgress()

  const { userId, conversationId, appId, idempotencyKey, text } = request
  const messageId = newId()
  await insertExchange(tx, {
    userId,
    messageId,
    conversationId,
    appId,
    messageNumber: lastNumber + 1,
    text,
    idempotencyKey,
    requestHash,
  })
  await addToConversation(tx, { userId, conversationId, count: 2, title: titleOf(text) })
  return { message: { userId, messageId }, isReplay: false }
}

async function findEarlier(
  db: Db,
  { userId, conversationId, idempotencyKey }: PostMessageRequest,
  requestHash: string,
): Promise<MessageKey | undefined> {
  if (idempotencyKey === undefined) return undefined
  const message = await findMessageByIdempotencyKey(db, { userId, conversationId, idempotencyKey })
  if (message && message.requestHash !== requestHash) throw idempotencyKeyReused()
  return message && { userId, messageId: message.messageId }
}
