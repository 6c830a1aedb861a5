import { newId } from '#base/ids.ts'
import type { TurnCalls } from '#engines/llm/turn-calls.ts'
import type { SpokenFile } from '#engines/speech/spoken-file.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import { acceptMessage } from './accept-queries.ts'
import { type Conversation, type Exchange, titleOf } from './conversation.ts'
import type { ConversationKey } from './conversation-queries.ts'
import { conversationNotFound, idempotencyKeyReused, messageInProgress, transcriptNeeded } from './errors.ts'
import type { ClaimedReply } from './lease-queries.ts'
import { findMessageByIdempotencyKey, type MessageKey } from './message-queries.ts'
import { insertSpeech } from './speech-queries.ts'

export type PostMessageDeps = {
  db: RootDb
  /** Who will work on the reply from the beginning; `undefined` when it has to wait. */
  claimant: () => string | undefined
  startReply: (message: MessageKey, claim: ClaimedReply | undefined) => void
  calls: TurnCalls
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

/** `exchange`: as it was stored just now; absent where it may be different by now. */
export type AcceptedMessage = { message: MessageKey; exchange?: Exchange; isReplay: boolean }

/**
 * Accepts a message: once this resolves, the words are stored and will be answered, whatever happens to this process.
 * No model was asked yet. A repeated `Idempotency-Key` answers with the first message.
 */
export async function postMessage(
  deps: PostMessageDeps,
  request: PostMessageRequest,
): Promise<AcceptedMessage> {
  const { db } = deps
  const requestHash = hashInput(request.input)
  const earlier = await findEarlier(db, request, requestHash)
  if (earlier) return { message: earlier, isReplay: true }
  if (isUnheard(deps, request.input)) throw transcriptNeeded()
  try {
    const owner = deps.claimant()
    const offered = { request, requestHash, owner }
    // Nothing but the message is stored while nobody can work on it: one statement is enough.
    const isAlone = owner === undefined && request.input.kind === 'text'
    const { begin, ...accepted } = isAlone
      ? await accept(deps, db, offered)
      : await withTransaction(db, (tx) => accept(deps, tx, offered))
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
  isUniqueViolation(error, 'messages_open_key') || isUniqueViolation(error, 'messages_idempotency_key')

type Offered = { request: PostMessageRequest; requestHash: string; owner: string | undefined }

/** Whoever holds the conversation's row is accepted, and another message at the same moment is refused. */
async function accept(
  deps: PostMessageDeps,
  tx: Db,
  { request, requestHash, owner }: Offered,
): Promise<AcceptedMessage & { begin: () => void }> {
  const { userId, conversationId, appId, idempotencyKey, input } = request
  const text = input.kind === 'text' ? input.text : ''
  // A spoken one gives its title once its words are known.
  const title = input.kind === 'text' ? titleOf(text) : null
  const message = { userId, messageId: newId() }
  const stored = await acceptMessage(tx, {
    ...message,
    conversationId,
    appId,
    title,
    inputKind: input.kind,
    text,
    idempotencyKey,
    requestHash,
    owner,
  })
  if (!stored) throw conversationNotFound()
  const { conversation, exchange } = stored
  if (input.kind === 'audio') {
    const recordingId = await deps.keepRecording(tx, userId, input.file)
    await insertSpeech(tx, { ...message, recordingId, appTranscript: input.appTranscript })
  }
  const known = input.kind === 'text' ? { conversation, exchange } : undefined
  const accepted = { message, ...(known ? { exchange } : {}), isReplay: false }
  if (owner === undefined) return { ...accepted, begin: () => deps.startReply(message, undefined) }
  const expectCalls = await placeCalls(deps, tx, { request, conversation, message })
  const begin = () => {
    expectCalls()
    deps.startReply(message, { ...message, owner, attempts: 1, known })
  }
  return { ...accepted, begin }
}

/** Not for a spoken message: nobody knows yet whether there are words in it that a model will be asked about. */
async function placeCalls(
  { calls }: PostMessageDeps,
  tx: Db,
  {
    request,
    conversation,
    message,
  }: { request: PostMessageRequest; conversation: Conversation; message: MessageKey },
): Promise<() => void> {
  if (request.input.kind === 'audio') return () => {}
  const { appId } = request
  const { userId, messageId } = message
  const { promptVersionId } = conversation
  const likely = [{ purpose: 'conversation.reply', promptVersionId }]
  return calls.place(tx, { userId, appId, turnId: messageId, calls: likely })
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
