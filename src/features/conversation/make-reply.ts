import { AppError } from '#base/errors.ts'
import type { Complete, LlmReply } from '#engines/llm/complete.ts'
import type { LlmRequest, LlmUsage } from '#engines/llm/provider.ts'
import type { Audience } from '#platform/audience.ts'
import { canaryOf } from './canary.ts'
import { type Conversation, type Message, type ReplyEnding, toReplyProblem } from './conversation.ts'
import type { FirstCall } from './first-call.ts'
import type { HearMessageDeps } from './hear-message.ts'
import { toLlmMessages } from './history.ts'
import type { ClaimedReply } from './lease-queries.ts'
import { countReplies } from './message-queries.ts'
import { type Persona, scriptedLineOf } from './persona.ts'
import { type RememberDeps, type RenderPrompt, remember } from './remember.ts'
import { knownFactsOf, type RememberLearnerDeps } from './remember-learner.ts'
import type { ReplyBus } from './reply-bus.ts'
import { ReplyFilter } from './reply-filter.ts'
import { replyRequest, replyVariables } from './reply-request.ts'

export type MakeReplyDeps = RememberDeps &
  RememberLearnerDeps &
  HearMessageDeps & {
    bus: ReplyBus
    audience: Audience
    firstCall: FirstCall
    complete: Complete
    renderPrompt: RenderPrompt
    report: (error: unknown, messageId: string) => void
    /** A reply was stopped because it was giving the instructions away. */
    reportLeak: (message: Message) => void
  }

export type Task = { conversation: Conversation; message: Message; claim: ClaimedReply }

/** What the persona says, or why it says nothing. Trouble of ours is thrown. */
export async function askPersona(deps: MakeReplyDeps, task: Task): Promise<ReplyEnding> {
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
    variables: replyVariables(persona, canary),
    history: toLlmMessages({ ...remembered, facts }),
  })
  return replyRequest({ persona, spoken, prompt })
}

type Asked = { reply: LlmReply } | { error: AppError }

async function ask(
  { complete, bus, audience }: MakeReplyDeps,
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
  const { signal, end } = audience.begin(messageId)
  try {
    // After a leak the rest is read and dropped: only a call that has ended tells what it cost.
    const onDelta = (text: string) => show(filter.append(text))
    const reply = await complete(request, { attribution, signal, onDelta })
    show(filter.end())
    return { reply }
  } catch (error) {
    // Its gateway has tried enough, or may not call at all now; anything else is tried again as a whole.
    if (!isRefusal(error)) throw error
    // What was held back because it might have become the mark did not.
    show(filter.end())
    return { error }
  } finally {
    end()
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
export function broken(error: AppError, filter?: ReplyFilter): ReplyEnding {
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
