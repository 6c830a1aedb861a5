import { bestMatch } from '#base/text-similarity.ts'
import type { LlmMessage, Script } from '#engines/llm/provider.ts'
import { metGoalsOf } from './met-goals.ts'
import type { StepOutcome } from './run-turn.ts'
import { type MatchedResponse, type TurnView, understoodText } from './turn.ts'
import type { TurnContext } from './turn-context.ts'
import { isLastGoal, type RankedResponse, rankResponses, type Variation } from './variation.ts'

/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300
/** A long session loses its beginning, never its end. */
const HISTORY_TURNS = 20
/** What the partner is told when the sound was speech, but not understood. */
const UNINTELLIGIBLE = '(unintelligible)'

/** transcribed → replied: the partner's line, streamed while it is made. */
export async function replyToTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const before = await context.turnsBefore(view)
  const metGoals = metGoalsOf(before)
  const responses = rankResponses(context.variation, metGoals)
  const matched = matchResponse(understoodText(view.transcript), responses)
  const prompt = await renderReplyPrompt(context, metGoals)
  let index = 0
  const reply = await context.complete(
    {
      purpose: 'practice.reply',
      maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
      messages: toMessages(context, { system: prompt.text, view, before }),
      script: toScript(context.variation, { responses, metGoals, before }),
    },
    {
      attribution: {
        appId: view.appId,
        userId: view.userId,
        turnId: view.turnId,
        promptVersion: context.session.promptVersionId,
      },
      onDelta: (text) =>
        context.bus.publish(view.turnId, { type: 'delta', attempt: context.attempt, index: index++, text }),
    },
  )
  const { provider, model, finish } = reply
  // A model that declines may say nothing at all; the learner still hears the partner, and `finish` says why.
  const text = reply.text === '' ? nextFallback(context.variation, before) : reply.text
  return { result: { matchedResponse: matched, reply: { text, provider, model, finish } } }
}

function matchResponse(said: string | null, responses: RankedResponse[]): MatchedResponse | null {
  if (said === null) return null
  const match = bestMatch(
    said,
    responses.map(({ text }) => text),
  )
  const response = match && responses[match.index]
  if (!match || !response) return null
  return { goal: response.goal, kind: response.kind, text: response.text, similarity: match.similarity }
}

async function renderReplyPrompt(
  { session, variation, renderPrompt, difficultyOf }: TurnContext,
  metGoals: Set<string>,
): Promise<{ text: string; maxOutputTokens: number | undefined }> {
  return renderPrompt(session.promptVersionId, {
    ai_character_role: variation.ai_character_role,
    specific_context: variation.specific_context,
    local_context: listFacts(variation.local_context),
    goals: listGoals(variation, metGoals),
    difficulty_level: await difficultyOf(session.situationVersionId),
    opener: session.opener,
    closing: variation.closing,
  })
}

function toMessages(
  { session }: TurnContext,
  { system, view, before }: { system: string; view: TurnView; before: TurnView[] },
): LlmMessage[] {
  const history = before
    .slice(-HISTORY_TURNS)
    .flatMap((turn): LlmMessage[] => [heard(turn), { role: 'assistant', text: turn.replyText ?? '' }])
  return [
    { role: 'system', text: system },
    { role: 'assistant', text: session.opener },
    ...history,
    heard(view),
  ]
}

const listGoals = ({ goals }: Variation, metGoals: Set<string>) =>
  goals.map(({ id, description }) => `- ${description}${metGoals.has(id) ? ' (reached)' : ''}`).join('\n')

const listFacts = (facts: Record<string, unknown>) =>
  Object.entries(facts)
    .map(
      ([name, fact]) =>
        `- ${name.replaceAll('_', ' ')}: ${typeof fact === 'string' ? fact : JSON.stringify(fact)}`,
    )
    .join('\n')

const heard = ({ transcript }: TurnView): LlmMessage => ({
  role: 'user',
  text: understoodText(transcript) ?? UNINTELLIGIBLE,
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
