import { AppError } from '#base/errors.ts'
import { type Db, withTransaction } from '#platform/db/db.ts'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import type { Stopping } from '#platform/lease-runner.ts'
import type { Conversation, Exchange, Message, ReplyEnding } from './conversation.ts'
import { findConversation } from './conversation-queries.ts'
import { replyGivenUp } from './errors.ts'
import { decodeMessage, scoreMessage, transcribeMessage } from './hear-message.ts'
import type { ClaimedReply } from './lease-queries.ts'
import { askPersona, type MakeReplyDeps } from './make-reply.ts'
import { findExchange, storeReply } from './message-queries.ts'
import { rememberLearner } from './remember-learner.ts'
import { broken } from './reply-ending.ts'
import { type ScoredSpeech, updateAssessment } from './speech-queries.ts'

/** A reply that ends a process this often is set aside: it must not do so for ever. */
const MAX_ATTEMPTS = 5

/**
 * Takes a claimed reply to its end. That a model cannot answer ends it as `failed`, or as `interrupted` when the
 * learner has seen some of it; trouble of ours is thrown, and the reply stays open for another attempt.
 */
export async function runReply(
  deps: MakeReplyDeps,
  claim: ClaimedReply,
  { cancelled }: Pick<Stopping, 'cancelled'>,
): Promise<void> {
  const known = claim.known ?? (await findKnown(deps.db, claim))
  if (!known) return
  const { conversation, exchange } = known
  // Before it is stored it has no row: neither for its end nor for handing it back.
  const task = { conversation, exchange, claim, cancelled }
  const ended = await endReply(deps, task).finally(() => known.stored)
  cancelled.throwIfAborted()
  const reply = await storeEnd(deps, claim, ended)
  if (!reply) return
  const { message } = exchange
  deps.bus.publish(claim.messageId, {
    type: 'ended',
    exchange: message.inputKind === 'text' ? { message, reply } : undefined,
  })
  const { status, scripted } = ended.ending
  if (status !== 'completed') return
  const look = rememberLearner(deps, { conversation, message, isScripted: scripted })
  await look.catch((error: unknown) => deps.reportNoFacts(error, claim.messageId))
}

async function findKnown(db: Db, claim: ClaimedReply): Promise<ClaimedReply['known']> {
  const exchange = await findExchange(db, claim)
  const conversation = exchange && (await findConversation(db, exchange.message))
  return conversation && { conversation, exchange }
}

type Ended = { ending: ReplyEnding; scored?: ScoredSpeech }

/** What a spoken message was worth, and what the call cost, is stored with the reply: all of it is there, or nothing. */
async function storeEnd(
  { db, calls }: MakeReplyDeps,
  claim: ClaimedReply,
  { ending, scored }: Ended,
): Promise<Message | undefined> {
  const { part, settled } = calls.settle({ turnId: claim.messageId, isLast: true })
  const store = (to: Db) => storeReply(to, { ...claim, ending }, part)
  const storeScored = (scored: ScoredSpeech) =>
    withTransaction(db, async (tx) => {
      const reply = await store(tx)
      if (reply) await updateAssessment(tx, { ...claim, scored })
      return reply
    })
  const reply = await (scored ? storeScored(scored) : store(db))
  settled()
  return reply
}

type Task = {
  conversation: Conversation
  exchange: Exchange
  claim: ClaimedReply
  cancelled: AbortSignal
}

async function endReply(deps: MakeReplyDeps, task: Task): Promise<Ended> {
  const { conversation, exchange, claim } = task
  const { attempts, messageId } = claim
  if (attempts > MAX_ATTEMPTS) return { ending: broken(replyGivenUp()) }
  const { message } = exchange
  try {
    if (!message.speech) return { ending: await askPersona(deps, { conversation, message, claim }) }
    return await answerSpeech(deps, task)
  } catch (error) {
    if (isUnusable(error)) return { ending: broken(error) }
    // An absent database is no fault of the message, however often it was tried.
    if (attempts < MAX_ATTEMPTS || isDatabaseUnavailable(error)) throw error
    deps.report(error, messageId)
    return { ending: broken(replyGivenUp()) }
  }
}

/** Heard first; then the sound is scored while the persona answers the words. */
async function answerSpeech(
  deps: MakeReplyDeps,
  { conversation, exchange, claim, cancelled }: Task,
): Promise<Ended> {
  const { speech, ...message } = exchange.message
  if (!speech) throw new Error(`Message ${message.messageId} was not spoken`)
  const { userId } = message
  const audio = await decodeMessage(deps, { userId, recordingId: speech.recordingId })
  const transcript = await (message.content === '' || !speech.transcript
    ? transcribeMessage(deps, { message, speech, audio })
    : speech.transcript)
  cancelled.throwIfAborted()
  deps.bus.publish(claim.messageId, { type: 'heard' })
  const heard = { ...message, content: transcript.understood?.text ?? transcript.text ?? '' }
  const [ending, scored] = await Promise.all([
    askPersona(deps, { conversation, message: heard, claim }),
    scoreMessage(deps, { message, audio, transcript }),
  ])
  return { ending, scored }
}

/** Hearing it again would end the same way. That of a model's is settled where it is asked. */
function isUnusable(error: unknown): error is AppError {
  if (!(error instanceof AppError) || isDatabaseUnavailable(error)) return false
  const isOurs = error.kind === 'unavailable' || error.kind === 'internal' || error.kind === 'timed_out'
  return !isOurs || error.code === 'message.not_transcribed'
}
