import { familiarWordsOf } from '#engines/language/familiar-words.ts'
import { measureText } from '#engines/language/measure-text.ts'
import { vocabularyFrom } from '#engines/language/words.ts'
import { askPartner, type PartnerReply } from './ask-partner.ts'
import { type AuthoredReply, replyWithoutModel } from './authored-reply.ts'
import { metGoalsOf } from './met-goals.ts'
import { matchResponse } from './reply-prompt.ts'
import { reachedLimit } from './session-limits.ts'
import type { StepOutcome } from './stage-result.ts'
import { type MatchedResponse, type TurnView, understoodText } from './turn.ts'
import type { TalkContext } from './turn-context.ts'
import { rankResponses } from './variation.ts'

/** transcribed → replied: the partner's line, from the author where that is enough, otherwise streamed from a model. */
export async function replyToTurn(context: TalkContext, view: TurnView): Promise<StepOutcome> {
  const { variation, session } = context
  const before = await context.turnsBefore(view)
  const metGoals = metGoalsOf(before)
  const said = understoodText(view.transcript)
  const matched = matchResponse(said, rankResponses(variation, metGoals))
  const overReason = await reachedLimit(context, { view, before })
  const { reply: authored, safety } = replyWithoutModel(context, {
    said,
    matched,
    metGoals,
    before,
    variation,
    opener: session.opener,
    overReason,
  })
  const { reply, problem } = authored
    ? { reply: playAuthored(context, view, authored), problem: undefined }
    : await askPartner(context, { view, before, said, metGoals })
  if (problem) return { to: 'failed', result: { problem, reply, safety } }
  const kind = authored?.kind ?? 'talk'
  return {
    result: {
      kind,
      safety,
      repair: authored?.repair ?? null,
      matchedResponse: kind === 'talk' ? matched && withoutReply(matched) : null,
      reply,
      overReason,
    },
  }
}

/** As one piece: there is nothing to wait for. */
function playAuthored(
  { bus, attempt, variation, level }: TalkContext,
  { turnId }: TurnView,
  { text, source }: AuthoredReply,
): PartnerReply {
  bus.publish(turnId, { type: 'delta', attempt, index: 0, text })
  const vocabulary = vocabularyFrom(familiarWordsOf(variation))
  return {
    text,
    provider: 'authored',
    model: source,
    finish: 'stop',
    level: { ...measureText({ text, target: level, vocabulary }), rewrite: null },
  }
}

const withoutReply = ({ reply: _, ...matched }: MatchedResponse & { reply: string }): MatchedResponse =>
  matched
