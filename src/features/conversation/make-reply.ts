import { AppError } from '#base/errors.ts'
import type { Complete, LlmReply } from '#engines/llm/complete.ts'
import type { LlmRequest, LlmUsage } from '#engines/llm/provider.ts'
import { withTransaction } from '#platform/db/db.ts'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { canaryOf } from './canary.ts'
import {
  type Conversation,
  type Exchange,
  type Message,
  type ReplyEnding,
  toReplyProblem,
} from './conversation.ts'
import { findConversation } from './conversation-queries.ts'
import { replyGivenUp } from './errors.ts'
import { decodeMessage, type HearMessageDeps, scoreMessage, transcribeMessage } from './hear-message.ts'
import { toLlmMessages } from './history.ts'
import type { ClaimedReply } from './lease-queries.ts'
import { countReplies, findExchange, storeReply } from './message-queries.ts'
import { type Persona, scriptedLineOf } from './persona.ts'
import { type RememberDeps, type RenderPrompt, remember } from './remember.ts'
import { knownFactsOf, type RememberLearnerDeps, rememberLearner } from './remember-learner.ts'
import type { ReplyBus } from './reply-bus.ts'
import { ReplyFilter } from './reply-filter.ts'
import { type ScoredSpeech, updateAssessment } from './speech-queries.ts'

/** A reply that ends a process this often is set aside: it must not do so for ever. */
const MAX_ATTEMPTS = 5
/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

export type MakeReplyDeps = RememberDeps &
  RememberLearnerDeps &
  HearMessageDeps & {
    bus: ReplyBus
    complete: Complete
    renderPrompt: RenderPrompt
    report: (error: unknown, messageId: string) => void
    /** A reply was stopped because it was giving the instructions away. */
    reportLeak: (message: Message) => void
  }

/**
 * Takes a claimed reply to its end. That a model cannot answer ends it as `failed`, or as `interrupted` when the
 * learner has seen some of it; trouble of ours is thrown, and the reply stays open for another attempt.
 */
export async function makeReply(deps: MakeReplyDeps, claim: ClaimedReply): Promise<void> {
  const exchange = await findExchange(deps.db, claim)
  const conversation = exchange && (await findConversation(deps.db, exchange.message))
  if (!exchange || !conversation) return
  const ended = await endReply(deps, { conversation, exchange, claim })
  const isMine = await storeEnd(deps, claim, ended)
  if (!isMine) return
  deps.bus.publish(claim.messageId, { type: 'ended' })
  const { status, scripted } = ended.ending
  if (status !== 'completed') return
  const look = rememberLearner(deps, { message: exchange.message, isScripted: scripted })
  await look.catch((error: unknown) => deps.reportNoFacts(error, claim.messageId))
}

type Ended = { ending: ReplyEnding; scored?: ScoredSpeech }

/** What a spoken message was worth is stored with the reply to it: both are there, or neither. */
function storeEnd({ db }: MakeReplyDeps, claim: ClaimedReply, { ending, scored }: Ended): Promise<boolean> {
  if (!scored) return storeReply(db, { ...claim, ending })
  return withTransaction(db, async (tx) => {
    const isMine = await storeReply(tx, { ...claim, ending })
    if (isMine) await updateAssessment(tx, { ...claim, scored })
    return isMine
  })
}

async function endReply(
  deps: MakeReplyDeps,
  { conversation, exchange, claim }: { conversation: Conversation; exchange: Exchange; claim: ClaimedReply },
): Promise<Ended> {
  const { attempts, messageId } = claim
  if (attempts > MAX_ATTEMPTS) return { ending: broken(replyGivenUp()) }
  const { message } = exchange
  try {
    if (!message.speech) return { ending: await askPersona(deps, { conversation, message, claim }) }
    return await answerSpeech(deps, { conversation, exchange, claim })
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
  { conversation, exchange, claim }: { conversation: Conversation; exchange: Exchange; claim: ClaimedReply },
): Promise<Ended> {
  const { speech, ...message } = exchange.message
  if (!speech) throw new Error(`Message ${message.messageId} was not spoken`)
  const { userId } = message
  const audio = await decodeMessage(deps, { userId, recordingId: speech.recordingId })
  const transcript = await (message.content === '' || !speech.transcript
    ? transcribeMessage(deps, { message, speech, audio })
    : speech.transcript)
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

type Task = { conversation: Conversation; message: Message; claim: ClaimedReply }

async function askPersona(deps: MakeReplyDeps, task: Task): Promise<ReplyEnding> {
  const { conversation, message } = task
  const persona = await deps.personaOf(conversation.personaVersionId)
  const spoken = await countReplies(deps.db, { ...conversation, before: message.messageNumber })
  const canary = canaryOf(conversation.conversationId)
  const request = await toRequest(deps, task, { persona, spoken, canary })
  const filter = new ReplyFilter({ emotions: persona.emotions, canary })
  const asked = await ask(deps, task, { request, filter })
  if (filter.hasLeaked) deps.reportLeak(message)
  if ('error' in asked && !filter.hasLeaked) return broken(asked.error, filter)
  return completed('reply' in asked ? asked.reply : undefined, {
    filter,
    fallback: scriptedLineOf(persona, spoken),
  })
}

async function toRequest(
  deps: MakeReplyDeps,
  { conversation, message }: Task,
  { persona, spoken, canary }: { persona: Persona; spoken: number; canary: string },
): Promise<LlmRequest> {
  const remembered = await remember(deps, { conversation, message, persona })
  const facts = await knownFactsOf(deps, message.userId)
  const prompt = await deps.renderPrompt(conversation.promptVersionId, {
    system_prompt: persona.system_prompt,
    emotions: persona.emotions.join(', '),
    canary,
  })
  return {
    purpose: 'conversation.reply',
    maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
    messages: [{ role: 'system', text: prompt.text }, ...toLlmMessages({ ...remembered, facts })],
    script: { exchanges: [], otherwise: persona.scripted_lines, misses: spoken },
  }
}

type Asked = { reply: LlmReply } | { error: AppError }

async function ask(
  { complete, bus }: MakeReplyDeps,
  { conversation, message, claim }: Task,
  { request, filter }: { request: LlmRequest; filter: ReplyFilter },
): Promise<Asked> {
  const { appId, userId, messageId } = message
  let index = 0
  const show = (text: string) => {
    if (text === '') return
    bus.publish(messageId, { type: 'delta', attempt: claim.attempts, index: index++, text })
  }
  const attribution = { appId, userId, turnId: messageId, promptVersion: conversation.promptVersionId }
  try {
    // After a leak the rest is read and dropped: only a call that has ended tells what it cost.
    const reply = await complete(request, { attribution, onDelta: (text) => show(filter.append(text)) })
    show(filter.end())
    return { reply }
  } catch (error) {
    // Its gateway has tried enough, or may not call at all now; anything else is tried again as a whole.
    if (isRefusal(error)) return { error }
    throw error
  }
}

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code.startsWith('llm.') || error.kind === 'too_many')

/** A reply may leave nothing to say: declined, filtered, or a tag alone. The learner still hears the persona. */
function completed(
  reply: LlmReply | undefined,
  { filter, fallback }: { filter: ReplyFilter; fallback: string },
): ReplyEnding {
  const content = filter.shown.trimEnd()
  return {
    status: 'completed',
    content: content === '' ? fallback : content,
    emotion: filter.emotion,
    provider: reply?.provider ?? null,
    model: reply?.model ?? null,
    finish: filter.hasLeaked ? 'filtered' : (reply?.finish ?? null),
    filterVerdict: filter.hasLeaked ? 'canary' : null,
    scripted: reply?.scripted === true || content === '',
    tokensUsed: reply ? tokensOf(reply.usage) : null,
    problem: null,
  }
}

/** What the learner has seen stays. */
function broken(error: AppError, filter?: ReplyFilter): ReplyEnding {
  const content = filter?.shown.trimEnd() ?? ''
  return {
    status: content === '' ? 'failed' : 'interrupted',
    content,
    emotion: content === '' ? null : (filter?.emotion ?? null),
    provider: null,
    model: null,
    finish: null,
    filterVerdict: null,
    scripted: false,
    tokensUsed: null,
    problem: toReplyProblem(error),
  }
}

/** Unknown is not zero. */
const tokensOf = ({ inputTokens, outputTokens }: LlmUsage) =>
  inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens
