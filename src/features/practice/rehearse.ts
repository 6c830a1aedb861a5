import { newId } from '#base/ids.ts'
import { REHEARSAL_CANARY } from '#engines/llm/canary.ts'
import type { Complete } from '#engines/llm/complete.ts'
import type { AskStructured } from '#engines/llm/structured.ts'
import { createAudience } from '#platform/audience.ts'
import type { AuthoredRules } from './authored-reply.ts'
import { composeFeedback, type Feedback } from './feedback.ts'
import { judgeTurn } from './judge-turn.ts'
import { metGoalsOf } from './met-goals.ts'
import { rehearsalSession, rehearsalTurn, typedTranscript } from './rehearsal-turn.ts'
import { replyToTurn } from './reply-to-turn.ts'
import { withResult } from './stage-result.ts'
import { fromTurnProblem, type TurnView } from './turn.ts'
import { createTurnBus } from './turn-bus.ts'
import type { RenderPrompt, TalkContext } from './turn-context.ts'
import type { Variation } from './variation.ts'

type Render = (input: Parameters<RenderPrompt>[1]) => Awaited<ReturnType<RenderPrompt>>

export type RehearsalDeps = {
  complete: Complete
  ask: AskStructured
  renderReply: Render
  renderJudge: Render
  talkRules: AuthoredRules['talkRules']
  /** Under whom the calls are booked. */
  bookedUnder: string
}

export type RehearsedTurn = {
  reply: string
  /** Goals that this turn reached and no earlier one. */
  goalsMet: string[]
  corrections: { said: string; correction: string }[]
  /** Why the judge said nothing although it was asked; null where it did, or where there is none. */
  judgeFailure: string | null
}

export type Rehearsal = {
  opener: string
  /** Takes a goal as reached, by the author's own line for it. */
  assume: (goal: string) => void
  /** Null for speech that nobody understood. */
  take: (said: string | null) => Promise<RehearsedTurn>
}

const JUDGE = 'judge'
/** Nobody was there to judge, or there was nothing: no failure. */
const NOT_ASKED = ['scripted', 'no_words', 'no_judge', 'repair', 'refusal']

/** A session that nobody keeps: its turns go through the very steps of the service, without sound and storage. */
export function rehearse(
  deps: RehearsalDeps,
  { variation, difficulty }: { variation: Variation; difficulty: string },
): Rehearsal {
  const { opener } = variation
  const turns: TurnView[] = []
  const session = rehearsalSession({ opener, userId: deps.bookedUnder, judgePromptVersionId: JUDGE })
  const context: TalkContext = {
    session,
    variation,
    attempt: 1,
    talkRules: deps.talkRules,
    // What a model says is judged as it says it: what would have been put more simply is seen.
    level: null,
    governsLevel: false,
    rewriteForLevel:
      () =>
      async ({ text }) => ({ text, reason: undefined }),
    reportLeak: () => {},
    sessionLimits: { maxMinutes: Number.POSITIVE_INFINITY, maxCostMicroUsd: Number.POSITIVE_INFINITY },
    costOfTurns: async () => 0,
    bus: createTurnBus(),
    audience: createAudience(0),
    // No time passes.
    now: () => session.startedAt,
    complete: deps.complete,
    canaryOf: () => REHEARSAL_CANARY,
    ask: deps.ask,
    difficultyOf: async () => difficulty,
    renderPrompt: async (version, input) =>
      version === JUDGE ? deps.renderJudge(input) : deps.renderReply(input),
    turnsBefore: async ({ turnNumber }) => turns.filter((turn) => turn.turnNumber < turnNumber),
  }
  const begin = (said: string | null): TurnView => ({
    ...rehearsalTurn({ turnId: newId(), userId: deps.bookedUnder, turnNumber: turns.length + 1 }),
    transcript: typedTranscript(said),
  })
  return {
    opener,
    assume(goal) {
      const response = variation.ideal_responses.find((candidate) => candidate.goal === goal)
      if (!response) return
      const { text, reply } = response
      turns.push({
        ...begin(text),
        matchedResponse: { goal, kind: 'ideal', text, similarity: 1 },
        replyText: reply,
      })
    },
    async take(said) {
      const goalsBefore = metGoalsOf(turns)
      const turn = await takeTurn(context, begin(said))
      turns.push(turn.view)
      const goalsMet = [...metGoalsOf(turns)].filter((goal) => !goalsBefore.has(goal))
      return { ...turn, goalsMet }
    },
  }
}

/** As in the service: the reply, then what is made of the words. */
async function takeTurn(context: TalkContext, begun: TurnView) {
  const { result } = await replyToTurn(context, begun)
  // A reply that broke off is nothing to assert about.
  if (result.problem) throw fromTurnProblem(result.problem, context.now())
  const reply = result.reply?.text ?? ''
  const view = withResult(begun, 'replied', result)
  const { judgement, unjudgedReason } = await judgeTurn(context, view)
  const feedback = composeFeedback({
    said: view.transcript?.text ?? null,
    variation: context.variation,
    matched: view.matchedResponse,
    assessment: null,
    templates: [],
    languages: { firstLanguage: undefined, language: 'en' },
  })
  const judged = (judgement?.corrections ?? []).map(({ from, to }) => ({ said: from, correction: to }))
  const isFailure = unjudgedReason !== null && !NOT_ASKED.includes(unjudgedReason)
  return {
    view: { ...view, judgement },
    reply,
    corrections: [...authored(feedback), ...judged],
    judgeFailure: isFailure ? unjudgedReason : null,
  }
}

const authored = ({ mistakes }: Feedback) => mistakes.map(({ said, correction }) => ({ said, correction }))
