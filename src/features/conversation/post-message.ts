import { newId } from '#base/ids.ts'
import type { SpokenFile } from '#engines/speech/spoken-file.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { titleOf } from './conversation.ts'
import {
  addToConversation,
  type ConversationKey,
  findConversation,
  lockConversation,
} from './conversation-queries.ts'
import { conversationNotFound, idempotencyKeyReused, messageInProgress, transcriptNeeded } from './errors.ts'
import {
  findMessageByIdempotencyKey,
  findMessageState,
  insertExchange,
  type MessageKey,
} from './message-queries.ts'
import { hashRequest } from './request-hash.ts'
import { insertSpeech } from './speech-queries.ts'

export type PostMessageDeps = {
  db: RootDb
  startReply: (message: MessageKey) => void
  /** Puts the file where recordings are kept, to survive a crash, then its row. Returns the recording's id. */
  keepRecording: (tx: Db, userId: string, file: SpokenFile) => Promise<string>
  /** Whether anybody can tell what is said in a recording. */
  canTranscribe: boolean
}

export type MessageInput =
  | { kind: 'text'; text: string }
  | { kind: 'audio'; file: SpokenFile; appTranscript: string | undefined }

export type PostMessageRequest = ConversationKey & {
  appId: string
  idempotencyKey: string | undefined
  input: MessageInput
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
  const { db, startReply } = deps
  const requestHash = hashInput(request.input)
  if (!(await findConversation(db, request))) throw conversationNotFound()
  const earlier = await findEarlier(db, request, requestHash)
  if (earlier) return { message: earlier, isReplay: true }
  if (isUnheard(deps, request.input)) throw transcriptNeeded()
  try {
    const accepted = await withTransaction(db, (tx) => accept(deps, tx, { request, requestHash }))
    startReply(accepted.message)
    return accepted
  } catch (error) {
    // Kept by the database, should two get past the conversation's lock.
    throw isUniqueViolation(error, 'messages_open_key') ? messageInProgress() : error
  }
}

/** Decides under the conversation's lock, so that of two messages at once one is accepted and the other refused. */
async function accept(
  deps: PostMessageDeps,
  tx: Db,
  { request, requestHash }: { request: PostMessageRequest; requestHash: string },
): Promise<AcceptedMessage> {
  const conversation = await lockConversation(tx, request)
  if (!conversation) throw conversationNotFound()
  // The same request came twice at once, and the other one was first.
  const first = await findEarlier(tx, request, requestHash)
  if (first) return { message: first, isReplay: true }
  const { open, lastNumber } = await findMessageState(tx, request)
  if (open > 0) throw messageInProgress()

  const { userId, conversationId, appId, idempotencyKey, input } = request
  const text = input.kind === 'text' ? input.text : ''
  const messageId = newId()
  await insertExchange(tx, {
    userId,
    messageId,
    conversationId,
    appId,
    messageNumber: lastNumber + 1,
    inputKind: input.kind,
    text,
    idempotencyKey,
    requestHash,
  })
  if (input.kind === 'audio') {
    const recordingId = await deps.keepRecording(tx, userId, input.file)
    await insertSpeech(tx, { userId, messageId, recordingId, appTranscript: input.appTranscript })
  }
  // A spoken one gives its title once its words are known.
  const title = input.kind === 'text' ? titleOf(input.text) : null
  await addToConversation(tx, { userId, conversationId, count: 2, title })
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

const isUnheard = ({ canTranscribe }: PostMessageDeps, input: MessageInput) =>
  input.kind === 'audio' && input.appTranscript === undefined && !canTranscribe

function hashInput(input: MessageInput): string {
  if (input.kind === 'text') return hashRequest({ text: input.text })
  return hashRequest({ audio: input.file.sha256, transcript: input.appTranscript })
}
