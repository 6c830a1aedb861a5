import { familiarWordsOf } from '#engines/language/familiar-words.ts'
import { endGoverned, type ReplyLevel } from '#engines/language/govern-reply.ts'
import { LevelGate } from '#engines/language/level-gate.ts'
import { difficultyOfLevel } from '#engines/language/levels.ts'
import { measureText } from '#engines/language/measure-text.ts'
import { vocabularyFrom } from '#engines/language/words.ts'
import { canaryOf } from '#engines/llm/canary.ts'
import type { LlmRequest, Script } from '#engines/llm/provider.ts'
import { ReplyFilter } from '#engines/llm/reply-filter.ts'
import { skippedGoalsOf } from './repair.ts'
import { type HeardTurn, replyMessages, replyVariables } from './reply-prompt.ts'
import { type TurnView, understoodText } from './turn.ts'
import type { TurnContext } from './turn-context.ts'
import { isLastGoal, rankResponses, type Variation } from './variation.ts'

/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

export type PartnerReply = {
  text: string
  provider: string
  model: string
  finish: string
  level: ReplyLevel
}

type Talk = {
  view: TurnView
  before: readonly TurnView[]
  said: string | null
  metGoals: ReadonlySet<string>
}

/**
 * The partner's line as a model says it, shown sentence by sentence while it keeps to the learner's level. What is
 * beyond it is put more simply before it is shown; what gives the instructions away is never shown.
 */
export async function askPartner(context: TurnContext, talk: Talk): Promise<PartnerReply> {
  const { view, before } = talk
  const { bus, attempt, variation, session, level } = context
  const attribution = { appId: view.appId, userId: view.userId, turnId: view.turnId }
  const vocabulary = vocabularyFrom(familiarWordsOf(variation))
  const filter = new ReplyFilter({ emotions: [], canary: canaryOf(session.sessionId) })
  const gate = new LevelGate({ target: context.governsLevel ? level : null, vocabulary })
  let index = 0
  const show = (text: string) => {
    if (text !== '') bus.publish(view.turnId, { type: 'delta', attempt, index: index++, text })
  }
  const reply = await context.complete(await toRequest(context, talk), {
    attribution: { ...attribution, promptVersion: session.promptVersionId },
    onDelta: (text) => show(gate.append(filter.append(text))),
  })
  show(gate.append(filter.end()))
  if (filter.hasLeaked) context.reportLeak(view)
  const role = variation.ai_character_role
  const ask = reply.scripted
    ? undefined
    : context.rewriteForLevel({ purpose: 'practice.rewrite', role, attribution })
  const ended = level === null ? unlimited(gate) : await endGoverned(gate, { target: level, vocabulary, ask })
  show(ended.shown)
  const said = gate.shown.trimEnd()
  // A model that declines may say nothing at all; the learner still hears the partner, and `finish` says why.
  const text = said === '' ? nextFallback(variation, before) : said
  return {
    text,
    provider: reply.provider,
    model: reply.model,
    finish: filter.hasLeaked ? 'filtered' : reply.finish,
    level: { ...measureText({ text, target: level, vocabulary }), rewrite: ended.rewrite },
  }
}

const unlimited = (gate: LevelGate) => ({ shown: gate.end(), rewrite: null })

async function toRequest(context: TurnContext, { before, said, metGoals }: Talk): Promise<LlmRequest> {
  const { session, variation, level } = context
  const difficulty = level ? difficultyOfLevel(level) : await context.difficultyOf(session.situationVersionId)
  const prompt = await context.renderPrompt(
    session.promptVersionId,
    replyVariables(variation, {
      metGoals,
      skippedGoals: skippedGoalsOf(before),
      difficulty,
      opener: session.opener,
      canary: canaryOf(session.sessionId),
    }),
  )
  return {
    purpose: 'practice.reply',
    maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
    messages: replyMessages({
      system: prompt.text,
      opener: session.opener,
      before: before.map(toHeard),
      said,
    }),
    script: toScript(variation, { metGoals, before }),
  }
}

const toHeard = ({ transcript, replyText }: TurnView): HeardTurn => ({
  said: understoodText(transcript),
  reply: replyText ?? '',
})

const countMisses = (turns: readonly TurnView[]) =>
  turns.filter(({ kind, matchedResponse }) => kind === 'talk' && matchedResponse === null).length

const nextFallback = ({ fallbacks }: Variation, before: readonly TurnView[]) =>
  fallbacks[Math.min(countMisses(before), fallbacks.length - 1)] ?? ''

/** What a provider without a model plays: the author's own lines. */
function toScript(
  variation: Variation,
  { metGoals, before }: { metGoals: ReadonlySet<string>; before: readonly TurnView[] },
): Script {
  const done = new Set([...metGoals, ...skippedGoalsOf(before)])
  return {
    exchanges: rankResponses(variation, metGoals).map(({ text, reply, goal }) => ({
      says: text,
      reply: isLastGoal(variation, done, goal) ? `${reply} ${variation.closing}` : reply,
    })),
    otherwise: variation.fallbacks,
    misses: countMisses(before),
  }
}
