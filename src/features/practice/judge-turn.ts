import { withoutChatTokens } from '#engines/llm/chat-tokens.ts'
import type { JUDGE_CONTRACT } from './authored.ts'
import { JudgeAnswer, type Judgement, readJudgement } from './judgement.ts'
import { JUDGE_PURPOSE } from './likely-calls.ts'
import { metGoalsOf } from './met-goals.ts'
import { readSafety, type SafetyVerdict } from './safety.ts'
import { isCostReached } from './session-limits.ts'
import { type TurnView, understoodText } from './turn.ts'
import type { TalkContext } from './turn-context.ts'

export const MAX_JUDGEMENT_TOKENS = 900
const ADVANCED = 'advanced'

export type Judged =
  | { judgement: Judgement; unjudgedReason: null }
  | { judgement: null; unjudgedReason: string }

/** `safety` where a judge said something about it that the rules did not. */
export type JudgedTurn = Judged & { safety?: SafetyVerdict }

/**
 * What a model makes of the learner's words, apart from the conversation: it sees the scene, the partner's last line and
 * the words, and none of the replies' instructions. `null` with a reason where nobody could judge.
 */
export async function judgeTurn(context: TalkContext, view: TurnView): Promise<JudgedTurn> {
  const said = understoodText(view.transcript)
  if (view.kind !== 'talk') return unjudged(view.kind)
  if (said === null) return unjudged('no_words')
  const { judgePromptVersionId } = context.session
  if (judgePromptVersionId === null) return unjudged('no_judge')
  const before = await context.turnsBefore(view)
  if (await isCostReached(context, { view, before })) return unjudged('session.cost_limit_reached')
  const prompt = await renderJudgePrompt(context, { view, before, said, judgePromptVersionId })
  const { value, reason, reply } = await context.ask(
    {
      ...prompt,
      purpose: JUDGE_PURPOSE,
      name: 'turn_judgement',
      schema: JudgeAnswer,
      maxOutputTokens: prompt.maxOutputTokens ?? MAX_JUDGEMENT_TOKENS,
    },
    {
      attribution: {
        appId: view.appId,
        userId: view.userId,
        turnId: view.turnId,
        promptVersion: judgePromptVersionId,
      },
    },
  )
  // Nothing that was authored can judge, and saying so is not a failure.
  if (value === null) return unjudged(reason === 'llm.no_script' ? 'scripted' : reason)
  const judge = {
    provider: reply.provider,
    model: reply.model,
    promptVersionId: judgePromptVersionId,
  }
  const showsStyle = (await context.difficultyOf(context.session.situationVersionId)) === ADVANCED
  return {
    judgement: readJudgement({
      answer: value,
      judge,
      said,
      isMatched: view.matchedResponse !== null,
      variation: context.variation,
      showsStyle,
    }),
    unjudgedReason: null,
    safety: readSafety(value.safety, said),
  }
}

const unjudged = (unjudgedReason: string): JudgedTurn => ({ judgement: null, unjudgedReason })

async function renderJudgePrompt(
  { session, variation, renderPrompt, difficultyOf }: TalkContext,
  {
    view,
    before,
    said,
    judgePromptVersionId,
  }: { view: TurnView; before: TurnView[]; said: string; judgePromptVersionId: string },
) {
  const metGoals = metGoalsOf(before)
  const variables: Record<JudgeVariable, unknown> = {
    ai_character_role: variation.ai_character_role,
    specific_context: variation.specific_context,
    difficulty_level: await difficultyOf(session.situationVersionId),
    goals: variation.goals
      .map(({ id, description }) => `- ${id}: ${description}${metGoals.has(id) ? ' (reached before)' : ''}`)
      .join('\n'),
    heard_by: view.inputKind === 'audio' ? 'speech recognition, which may have misheard' : 'typing',
    utterance: {
      partner_said: before.at(-1)?.replyText ?? session.opener,
      learner_said: withoutChatTokens(said),
    },
  }
  return renderPrompt(judgePromptVersionId, { variables })
}

type JudgeVariable = (typeof JUDGE_CONTRACT)['authored' | 'untrusted'][number]
