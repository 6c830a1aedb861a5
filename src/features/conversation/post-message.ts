import { newId } from '#base/ids.ts'
import type { TurnCalls } from '#engines/llm/turn-calls.ts'
import type { SpokenFile } from '#engines/speech/spoken-file.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import type { Identity } from '#platform/http/identity.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import type { AcceptMessage } from './accept-queries.ts'
import { type Exchange, titleOf } from './conversation.ts'
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
  acceptMessage: AcceptMessage
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
    const { begin, ...accepted } = await accept(deps, { request, requestHash, owner: deps.claimant() })
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

type Acceptance = AcceptedMessage & { begin: () => void }

/** Whoever holds the conversation's row is accepted, and another message at the same moment is refused. */
function accept(deps: PostMessageDeps, offered: Offered): Promise<Acceptance> {
  const { input } = offered.request
  return input.kind === 'text'
    ? acceptTyped(deps, offered, input)
    : withTransaction(deps.db, (tx) => acceptSpoken(deps, tx, offered, input))
}

/** By one statement, with the call that will most likely be made. */
async function acceptTyped(
  deps: PostMessageDeps,
  { request, requestHash, owner }: Offered,
  { text }: { text: string },
): Promise<Acceptance> {
  const message = { userId: request.userId, messageId: newId() }
  const calls = owner === undefined ? undefined : await placeCalls(deps, request, message)
  const title = titleOf(text)
  const typed = { ...request, ...message, title, inputKind: 'text', text, requestHash, owner } as const
  const stored = await deps.acceptMessage(deps.db, typed, calls)
  if (!stored) throw conversationNotFound()
  deps.versions.keep(stored.conversation)
  const begin = () => {
    calls?.expect(stored.budgets)
    const claim = owner === undefined ? undefined : { ...message, owner, attempts: 1, known: stored }
    deps.startReply(message, claim)
  }
  return { message, exchange: stored.exchange, isReplay: false, begin }
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
  const stored = await deps.acceptMessage(tx, { ...request, ...message, ...spoken, requestHash, owner })
  if (!stored) throw conversationNotFound()
  const recordingId = await deps.keepRecording(tx, userId, file)
  await insertSpeech(tx, { ...message, recordingId, appTranscript })
  const begin = () =>
    deps.startReply(message, owner === undefined ? undefined : { ...message, owner, attempts: 1 })
  return { message, isReplay: false, begin }
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
