import { AppError } from '#base/errors.ts'
import { type AskRewrite, endGoverned } from '#engines/language/govern-reply.ts'
import { findUnsafe, type SafetyRule } from '#engines/language/safety-rule.ts'
import type { CanaryOf } from '#engines/llm/canary.ts'
import type { Complete } from '#engines/llm/complete.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import type { TurnCalls } from '#engines/llm/turn-calls.ts'
import type { Audience } from '#platform/audience.ts'
import type { Db } from '#platform/db/db.ts'
import type { Conversation, Message, ReplyEnding } from './conversation.ts'
import type { Gathered } from './gather.ts'
import type { HearMessageDeps } from './hear-message.ts'
import { toLlmMessages } from './history.ts'
import type { ClaimedReply } from './lease-queries.ts'
import { type Persona, scriptedLineOf } from './persona.ts'
import { type RememberDeps, type RenderPrompt, remember } from './remember.ts'
import type { RememberLearnerDeps } from './remember-learner.ts'
import type { ReplyBus } from './reply-bus.ts'
import { type Asked, broken, completed, openVoice, refused, type Voice } from './reply-ending.ts'
import { replyRequest, replyVariables, secretOfReply } from './reply-request.ts'

export type MakeReplyDeps = RememberDeps &
  RememberLearnerDeps &
  HearMessageDeps & {
    gather: (db: Db, conversation: Conversation) => Promise<Gathered>
    bus: ReplyBus
    audience: Audience
    calls: TurnCalls
    complete: Complete
    canaryOf: CanaryOf
    /** What is not talked about, as it is served now. */
    safetyRules: () => readonly SafetyRule[]
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

export type Task = { conversation: Conversation; message: Message; claim: ClaimedReply }

/** What the persona says, or why it says nothing. Trouble of ours is thrown. */
export async function askPersona(deps: MakeReplyDeps, task: Task): Promise<ReplyEnding> {
  const { conversation, message, claim } = task
  const persona = await deps.personaOf(conversation.personaVersionId)
  const spoken = countExchangesBefore(message)
  const unsafe = findUnsafe(deps.safetyRules(), message.content)
  if (unsafe) return refused(unsafe, persona)
  const canary = deps.canaryOf(conversation.conversationId)
  const gathered = claim.known?.gathered ?? (await deps.gather(deps.db, conversation))
  const request = await toRequest(deps, task, { persona, spoken, canary, gathered })
  const target = gathered.settings?.cefrLevel ?? null
  const secret = secretOfReply({ request, persona, canary })
  const voice = openVoice({ persona, secret, target, isGoverned: deps.governsLevel })
  const asked = await ask(deps, task, { request, voice, persona })
  const { filter } = voice
  if (filter.hasLeaked) deps.reportLeak(message)
  if ('error' in asked && !filter.hasLeaked) return broken(asked.error, voice)
  return completed(asked, { voice, fallback: scriptedLineOf(persona, spoken) })
}

/** After the greeting, each is two messages. */
const countExchangesBefore = ({ messageNumber }: Message) => Math.floor((messageNumber - 1) / 2)

type Role = { persona: Persona; spoken: number; canary: string; gathered: Gathered }

async function toRequest(
  deps: MakeReplyDeps,
  { conversation, message }: Task,
  { persona, spoken, canary, gathered }: Role,
): Promise<LlmRequest> {
  const { settings, messages } = gathered
  const facts = settings?.rememberFacts && deps.facts.hasRules() ? gathered.facts : []
  const remembered = await remember(deps, { conversation, message, persona, messages })
  const prompt = await deps.renderPrompt(conversation.promptVersionId, {
    variables: replyVariables(persona, canary),
    history: toLlmMessages({ ...remembered, facts }),
  })
  return replyRequest({ persona, spoken, prompt })
}

async function ask(
  { complete, bus, audience, rewriteForLevel }: MakeReplyDeps,
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
  const { signal, end } = audience.begin(messageId)
  try {
    // After a leak the rest is read and dropped: only a call that has ended tells what it cost.
    const reply = await complete(request, {
      attribution: { ...attribution, promptVersion: conversation.promptVersionId },
      signal,
      onDelta: (text) => show(gate.append(filter.append(text))),
    })
    show(gate.append(filter.end()))
    if (target === null) return { reply, rewrite: null }
    const call = { purpose: 'conversation.rewrite', role: persona.name, attribution }
    const rewriteWith = reply.scripted ? undefined : rewriteForLevel(call)
    const ended = await endGoverned(gate, { target, vocabulary, ask: rewriteWith })
    show(ended.shown)
    return { reply, rewrite: ended.rewrite }
  } catch (error) {
    // Its gateway has tried enough, or may not call at all now; anything else is tried again as a whole.
    if (!isRefusal(error)) throw error
    // What was held back because it might have become the mark did not.
    show(gate.append(filter.end()))
    return { error }
  } finally {
    end()
  }
}

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code.startsWith('llm.') || error.kind === 'too_many')
