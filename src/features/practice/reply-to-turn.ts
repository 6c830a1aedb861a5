import { AppError } from '#base/errors.ts'
import type { LlmRequest, Script } from '#engines/llm/provider.ts'
import { metGoalsOf } from './met-goals.ts'
import { type HeardTurn, matchResponse, replyHistory, replyVariables } from './reply-prompt.ts'
import type { StepOutcome } from './run-turn.ts'
import { type MatchedResponse, type TurnView, toTurnProblem, understoodText } from './turn.ts'
import type { TalkContext } from './turn-context.ts'
import { isLastGoal, type RankedResponse, rankResponses, type Variation } from './variation.ts'

/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

/** transcribed → replied: the partner's line, streamed while it is made. */
export async function replyToTurn(context: TalkContext, view: TurnView): Promise<StepOutcome> {
  const before = await context.turnsBefore(view)
  const metGoals = metGoalsOf(before)
  const responses = rankResponses(context.variation, metGoals)
  const said = understoodText(view.transcript)
  const matched = matchResponse(said, responses)
  const difficulty = await context.difficultyOf(context.session.situationVersionId)
  const { promptVersionId, opener } = context.session
  const prompt = await context.renderPrompt(promptVersionId, {
    variables: replyVariables(context.variation, { metGoals, difficulty, opener }),
    history: replyHistory({ opener, before: before.map(toHeard), said }),
  })
  const asked = await ask(context, view, {
    ...prompt,
    purpose: 'practice.reply',
    maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
    script: toScript(context.variation, { responses, metGoals, before }),
  })
  if ('interrupted' in asked) return asked.interrupted
  const { reply } = asked
  const { provider, model, finish } = reply
  // A model that declines may say nothing at all; the learner still hears the partner, and `finish` says why.
  const text = reply.text === '' ? nextFallback(context.variation, before) : reply.text
  return {
    result: { matchedResponse: matched && withoutReply(matched), reply: { text, provider, model, finish } },
  }
}

type Asked = { reply: Awaited<ReturnType<TalkContext['complete']>> } | { interrupted: StepOutcome }

/** What the learner has seen of a reply that breaks off is kept with the turn. */
async function ask(context: TalkContext, view: TurnView, request: LlmRequest): Promise<Asked> {
  const { bus, audience, attempt } = context
  const { appId, userId, turnId } = view
  const attribution = { appId, userId, turnId, promptVersion: context.session.promptVersionId }
  const work = audience.begin(turnId)
  const shown: string[] = []
  const onDelta = (text: string) => {
    bus.publish(turnId, { type: 'delta', attempt, index: shown.length, text })
    shown.push(text)
  }
  try {
    return { reply: await context.complete(request, { attribution, onDelta, signal: work.signal }) }
  } catch (error) {
    const isOfModel = error instanceof AppError && error.code.startsWith('llm.')
    if (!isOfModel || shown.length === 0) throw error
    return { interrupted: interrupted(shown.join(''), toTurnProblem(error, context.now())) }
  } finally {
    work.end()
  }
}

const interrupted = (text: string, problem: ReturnType<typeof toTurnProblem>): StepOutcome => ({
  to: 'failed',
  result: { problem, reply: { text, provider: null, model: null, finish: 'interrupted' } },
})

const withoutReply = ({ reply: _, ...matched }: MatchedResponse & { reply: string }): MatchedResponse =>
  matched

const toHeard = ({ transcript, replyText }: TurnView): HeardTurn => ({
  said: understoodText(transcript),
  reply: replyText ?? '',
})

const countMisses = (turns: TurnView[]) =>
  turns.filter(({ matchedResponse }) => matchedResponse === null).length

const nextFallback = ({ fallbacks }: Variation, before: TurnView[]) =>
  fallbacks[Math.min(countMisses(before), fallbacks.length - 1)] ?? ''

/** What a provider without a model plays: the author's own lines. */
function toScript(
  variation: Variation,
  { responses, metGoals, before }: { responses: RankedResponse[]; metGoals: Set<string>; before: TurnView[] },
): Script {
  return {
    exchanges: responses.map(({ text, reply, goal }) => ({
      says: text,
      reply: isLastGoal(variation, metGoals, goal) ? `${reply} ${variation.closing}` : reply,
    })),
    otherwise: variation.fallbacks,
    misses: countMisses(before),
  }
}
