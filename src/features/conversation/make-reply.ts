import { AppError } from '#base/errors.ts'
import { type AskRewrite, endGoverned } from '#engines/language/govern-reply.ts'
import type { Level } from '#engines/language/levels.ts'
import { findUnsafe, type SafetyRule } from '#engines/language/safety-rule.ts'
import { canaryOf } from '#engines/llm/canary.ts'
import type { Complete } from '#engines/llm/complete.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import type { Conversation, Message, ReplyEnding } from './conversation.ts'
import { findConversation } from './conversation-queries.ts'
import { replyGivenUp } from './errors.ts'
import { toLlmMessages } from './history.ts'
import type { ClaimedReply } from './lease-queries.ts'
import { countReplies, findExchange, storeReply } from './message-queries.ts'
import { type Persona, scriptedLineOf } from './persona.ts'
import { type RememberDeps, type RenderPrompt, remember } from './remember.ts'
import type { ReplyBus } from './reply-bus.ts'
import { type Asked, broken, completed, openVoice, refused, type Voice } from './reply-ending.ts'

/** A reply that ends a process this often is set aside: it must not do so for ever. */
const MAX_ATTEMPTS = 5
/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

export type MakeReplyDeps = RememberDeps & {
  bus: ReplyBus
  complete: Complete
  personaOf: (versionId: string) => Promise<Persona>
  safetyRules: readonly SafetyRule[]
  /** What somebody said the learner's level is. */
  levelOfLearner: (userId: string) => Promise<Level | null>
  /** False: replies are measured, and shown as they come. */
  governsLevel: boolean
  rewriteForLevel: (call: {
    purpose: string
    role: string
    attribution: { appId: string; userId: string; turnId: string }
  }) => AskRewrite
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
  const ending = await endReply(deps, { conversation, message: exchange.message, claim })
  const isMine = await storeReply(deps.db, { ...claim, ending })
  if (isMine) deps.bus.publish(claim.messageId, { type: 'ended' })
}

type Task = { conversation: Conversation; message: Message; claim: ClaimedReply }

async function endReply(deps: MakeReplyDeps, task: Task): Promise<ReplyEnding> {
  const { attempts, messageId } = task.claim
  if (attempts > MAX_ATTEMPTS) return broken(replyGivenUp())
  try {
    return await askPersona(deps, task)
  } catch (error) {
    // An absent database is no fault of the message, however often it was tried.
    if (attempts < MAX_ATTEMPTS || isDatabaseUnavailable(error)) throw error
    deps.report(error, messageId)
    return broken(replyGivenUp())
  }
}

async function askPersona(deps: MakeReplyDeps, task: Task): Promise<ReplyEnding> {
  const { conversation, message } = task
  const persona = await deps.personaOf(conversation.personaVersionId)
  const spoken = await countReplies(deps.db, { ...conversation, before: message.messageNumber })
  const unsafe = findUnsafe(deps.safetyRules, message.content)
  if (unsafe) return refused(unsafe, persona)
  const canary = canaryOf(conversation.conversationId)
  const request = await toRequest(deps, task, { persona, spoken, canary })
  const target = await deps.levelOfLearner(message.userId)
  const voice = openVoice({ persona, canary, target, isGoverned: deps.governsLevel })
  const asked = await ask(deps, task, { request, voice, persona })
  const { filter } = voice
  if (filter.hasLeaked) deps.reportLeak(message)
  if ('error' in asked && !filter.hasLeaked) return broken(asked.error, voice)
  return completed(asked, { voice, fallback: scriptedLineOf(persona, spoken) })
}

async function toRequest(
  deps: MakeReplyDeps,
  { conversation, message }: Task,
  { persona, spoken, canary }: { persona: Persona; spoken: number; canary: string },
): Promise<LlmRequest> {
  const remembered = await remember(deps, { conversation, message, persona })
  const prompt = await deps.renderPrompt(conversation.promptVersionId, {
    system_prompt: persona.system_prompt,
    emotions: persona.emotions.join(', '),
    canary,
  })
  return {
    purpose: 'conversation.reply',
    maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
    messages: [{ role: 'system', text: prompt.text }, ...toLlmMessages(remembered)],
    script: { exchanges: [], otherwise: persona.scripted_lines, misses: spoken },
  }
}

async function ask(
  { complete, bus, rewriteForLevel }: MakeReplyDeps,
  { conversation, message, claim }: Task,
  { request, voice, persona }: { request: LlmRequest; voice: Voice; persona: Persona },
): Promise<Asked> {
  const { appId, userId, messageId } = message
  let index = 0
  const show = (text: string) => {
    if (text === '') return
    bus.publish(messageId, { type: 'delta', attempt: claim.attempts, index: index++, text })
  }
  const { filter, gate, target, vocabulary } = voice
  const attribution = { appId, userId, turnId: messageId }
  const purpose = 'conversation.rewrite'
  try {
    // After a leak the rest is read and dropped: only a call that has ended tells what it cost.
    const reply = await complete(request, {
      attribution: { ...attribution, promptVersion: conversation.promptVersionId },
      onDelta: (text) => show(gate.append(filter.append(text))),
    })
    show(gate.append(filter.end()))
    if (target === null) return { reply, rewrite: null }
    const role = persona.name
    const rewriteWith = reply.scripted ? undefined : rewriteForLevel({ purpose, role, attribution })
    const ended = await endGoverned(gate, { target, vocabulary, ask: rewriteWith })
    show(ended.shown)
    return { reply, rewrite: ended.rewrite }
  } catch (error) {
    // Its gateway has tried enough, or may not call at all now; anything else is tried again as a whole.
    if (isRefusal(error)) return { error }
    throw error
  }
}

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code.startsWith('llm.') || error.kind === 'too_many')
