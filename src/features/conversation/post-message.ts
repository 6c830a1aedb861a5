import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { titleOf } from './conversation.ts'
import { addToConversation, type ConversationKey } from './conversation-queries.ts'
import { conversationNotFound, idempotencyKeyReused, messageInProgress } from './errors.ts'
import type { FirstCall } from './first-call.ts'
import type { ClaimedReply } from './lease-queries.ts'
import {
  findMessageByIdempotencyKey,
  findMessageState,
  insertExchange,
  type MessageKey,
} from './message-queries.ts'
import { hashRequest } from './request-hash.ts'

export type PostMessageDeps = {
  db: RootDb
  /** Who will work on the reply from the beginning; `undefined` when it has to wait. */
  claimant: () => string | undefined
  startReply: (message: MessageKey, claim: ClaimedReply | undefined) => void
  firstCall: FirstCall
}

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
  deps: PostMessageDeps,
  request: PostMessageRequest,
): Promise<AcceptedMessage> {
  const { db } = deps
  const requestHash = hashRequest({ text: request.text })
  const earlier = await findEarlier(db, request, requestHash)
  if (earlier) return { message: earlier, isReplay: true }
  try {
    const { begin, ...accepted } = await withTransaction(db, (tx) =>
      accept(deps, tx, { request, requestHash }),
    )
    begin()
    return accepted
  } catch (error) {
    if (!isInTheWay(error)) throw error
    // The same request came twice at once, and the other one was first.
    const first = await findEarlier(db, request, requestHash)
    if (first) return { message: first, isReplay: true }
    throw messageInProgress()
  }
}

/** Another message is being answered, or was accepted at the same moment; the database has the last word. */
const isInTheWay = (error: unknown) =>
  (error instanceof AppError && error.code === messageInProgress().code) ||
  isUniqueViolation(error, 'messages_open_key') ||
  isUniqueViolation(error, 'messages_idempotency_key')

/** Decides once it holds the conversation's row, so that of two messages at once one is accepted and the other refused. */
async function accept(
  deps: PostMessageDeps,
  tx: Db,
  { request, requestHash }: { request: PostMessageRequest; requestHash: string },
): Promise<AcceptedMessage & { begin: () => void }> {
  const { userId, conversationId, appId, idempotencyKey, text } = request
  const added = { userId, conversationId, count: 2, title: titleOf(text) }
  const conversation = await addToConversation(tx, added)
  if (!conversation) throw conversationNotFound()
  const { open, lastNumber } = await findMessageState(tx, request)
  if (open > 0) throw messageInProgress()

  const messageId = newId()
  const owner = deps.claimant()
  await insertExchange(tx, {
    userId,
    messageId,
    conversationId,
    appId,
    messageNumber: lastNumber + 1,
    text,
    idempotencyKey,
    requestHash,
    owner,
  })
  const message = { userId, messageId }
  if (owner === undefined)
    return { message, isReplay: false, begin: () => deps.startReply(message, undefined) }
  const { promptVersionId } = conversation
  const expectCall = await deps.firstCall.place(tx, { userId, appId, turnId: messageId, promptVersionId })
  const begin = () => {
    expectCall()
    deps.startReply(message, { ...message, owner, attempts: 1 })
  }
  return { message, isReplay: false, begin }
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
