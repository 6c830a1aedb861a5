import { newId } from '#base/ids.ts'
import type { TurnCalls } from '#engines/llm/turn-calls.ts'
import type { SpokenFile } from '#engines/speech/spoken-file.ts'
import type { Audience } from '#platform/audience.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import type { Identity } from '#platform/http/identity.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import type { MessageAcceptance } from './accept-queries.ts'
import { type Conversation, type Exchange, titleOf } from './conversation.ts'
import type { ConversationKey } from './conversation-queries.ts'
import { conversationNotFound, idempotencyKeyReused, messageInProgress, transcriptNeeded } from './errors.ts'
import type { KeptVersions } from './kept-versions.ts'
import type { ClaimedReply } from './lease-queries.ts'
import { findMessageByIdempotencyKey, type MessageKey } from './message-queries.ts'
import { insertSpeech } from './speech-queries.ts'

export type PostMessageDeps = {
  db: RootDb
  /** Who will work on the reply from the beginning; `undefined` when it has to wait. */
  claimant: () => string | undefined
  startReply: (message: MessageKey, claim: ClaimedReply | undefined) => void
  calls: TurnCalls
  versions: KeptVersions
  messages: MessageAcceptance
  audience: Audience
  /** Puts the file where recordings are kept, to survive a crash, then its row. Returns the recording's id. */
  keepRecording: (tx: Db, userId: string, file: SpokenFile) => Promise<string>
  /** Whether anybody can tell what is said in a recording. */
  canTranscribe: boolean
}

export type MessageInput =
  | { kind: 'text'; text: string }
  | { kind: 'audio'; file: SpokenFile; appTranscript: string | undefined }

export type PostMessageRequest = ConversationKey &
  Identity & {
    idempotencyKey: string | undefined
    input: MessageInput
  }

/** `exchange`: as it was stored just now; absent where it may be different by now. */
export type AcceptedMessage = { message: MessageKey; exchange?: Exchange; isReplay: boolean }

/**
 * Accepts a message: once this resolves, the words are stored and will be answered, whatever happens to this process.
 * A repeated `Idempotency-Key` answers with the first message.
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
    const accepted = await accept(deps, { request, requestHash, owner: deps.claimant() })
    return await begun(deps, accepted)
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

/** `stored`: when it is safe, where it is not yet. */
type Acceptance = Omit<AcceptedMessage, 'isReplay'> & {
  conversation?: Conversation
  stored?: Promise<void>
  begin: () => void
}

/** The model is asked while the disk is waited for; nobody hears of either before the words are safe. */
async function begun(
  { versions, audience }: PostMessageDeps,
  { message, exchange, conversation, stored, begin }: Acceptance,
): Promise<AcceptedMessage> {
  if (conversation) versions.keep(conversation)
  begin()
  await stored?.catch((error: unknown) => {
    audience.dismiss(message.messageId)
    throw error
  })
  return { message, ...(exchange && { exchange }), isReplay: false }
}

/** Whoever holds the conversation's row is accepted, and another message at the same moment is refused. */
function accept(deps: PostMessageDeps, offered: Offered): Promise<Acceptance> {
  const { input } = offered.request
  return input.kind === 'text'
    ? acceptTyped(deps, offered, input)
    : withTransaction(deps.db, (tx) => acceptSpoken(deps, tx, offered, input))
}

/** With the call that will most likely be made, which is not made before the words are known to the database. */
async function acceptTyped(
  deps: PostMessageDeps,
  { request, requestHash, owner }: Offered,
  { text }: { text: string },
): Promise<Acceptance> {
  const message = { userId: request.userId, messageId: newId() }
  const title = titleOf(text)
  const typed = { ...request, ...message, title, inputKind: 'text', text, requestHash, owner } as const
  if (owner === undefined) {
    const accepted = await deps.messages.accept(deps.db, typed)
    if (!accepted) throw conversationNotFound()
    return { message, ...accepted, begin: () => deps.startReply(message, undefined) }
  }
  const calls = await placeCalls(deps, request, message)
  const ahead = await deps.messages.acceptAhead(typed, calls)
  if (!ahead) throw conversationNotFound()
  const begin = () => {
    calls.expect(ahead.budgets)
    deps.startReply(message, { ...message, owner, attempts: 1, known: ahead })
  }
  return { message, ...ahead, begin }
}

/** Its title and its calls wait for its words: nobody knows yet whether there are any. */
async function acceptSpoken(
  deps: PostMessageDeps,
  tx: Db,
  { request, requestHash, owner }: Offered,
  { file, appTranscript }: { file: SpokenFile; appTranscript: string | undefined },
): Promise<Acceptance> {
  const { userId } = request
  const message = { userId, messageId: newId() }
  const spoken = { title: null, inputKind: 'audio', text: '' } as const
  const accepted = await deps.messages.accept(tx, { ...request, ...message, ...spoken, requestHash, owner })
  if (!accepted) throw conversationNotFound()
  const recordingId = await deps.keepRecording(tx, userId, file)
  await insertSpeech(tx, { ...message, recordingId, appTranscript })
  const begin = () =>
    deps.startReply(message, owner === undefined ? undefined : { ...message, owner, attempts: 1 })
  return { message, begin }
}

async function placeCalls(
  { db, calls, versions }: PostMessageDeps,
  { appId, ...key }: PostMessageRequest,
  { userId, messageId }: MessageKey,
) {
  const promptVersionId = await versions.find(key)
  if (promptVersionId === undefined) throw conversationNotFound()
  const likely = [{ purpose: 'conversation.reply', promptVersionId }]
  return calls.place(db, { userId, appId, turnId: messageId, calls: likely })
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
