import { AppError } from '#base/errors.ts'
import { familiarWordsOf } from '#engines/language/familiar-words.ts'
import { endGoverned, type ReplyLevel, type Rewrite } from '#engines/language/govern-reply.ts'
import { LevelGate } from '#engines/language/level-gate.ts'
import { difficultyOfLevel } from '#engines/language/levels.ts'
import { measureText } from '#engines/language/measure-text.ts'
import { type Vocabulary, vocabularyFrom } from '#engines/language/words.ts'
import type { LlmReply } from '#engines/llm/complete.ts'
import type { LlmRequest, Script } from '#engines/llm/provider.ts'
import { ReplyFilter } from '#engines/llm/reply-filter.ts'
import { instructionsIn, type Secret, secretOf } from '#engines/llm/secret.ts'
import { REPLY_PURPOSE } from './likely-calls.ts'
import { skippedGoalsOf } from './repair.ts'
import { type HeardTurn, listFacts, replyHistory, replyVariables } from './reply-prompt.ts'
import { type TurnProblem, type TurnView, toTurnProblem, understoodText } from './turn.ts'
import type { TalkContext } from './turn-context.ts'
import { isLastGoal, rankResponses, type Variation } from './variation.ts'

/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

/** Of one that broke off nobody can say who made it, and it is not measured. */
export type PartnerReply = {
  text: string
  provider: string | null
  model: string | null
  finish: string
  level: ReplyLevel | null
}

/** `problem`: why it broke off after the learner had seen some of it. */
export type PartnerAnswer = { reply: PartnerReply; problem?: TurnProblem }

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
export async function askPartner(context: TalkContext, talk: Talk): Promise<PartnerAnswer> {
  const { variation, level } = context
  const vocabulary = vocabularyFrom(familiarWordsOf(variation))
  const request = await toRequest(context, talk)
  const filter = new ReplyFilter({ emotions: [], secret: secretOfReply(context, request) })
  const gate = new LevelGate({ target: context.governsLevel ? level : null, vocabulary })
  const asked = await ask(context, talk, { request, voice: { filter, gate, vocabulary } })
  if (filter.hasLeaked) context.reportLeak(talk.view)
  const said = gate.shown.trimEnd()
  if ('error' in asked) {
    if (said === '') throw asked.error
    const reply = { text: said, provider: null, model: null, finish: 'interrupted', level: null }
    return { reply, problem: toTurnProblem(asked.error, context.now()) }
  }
  // A model that declines may say nothing at all; the learner still hears the partner, and `finish` says why.
  const text = said === '' ? nextFallback(variation, talk.before) : said
  const { provider, model, finish } = asked.reply
  return {
    reply: {
      text,
      provider,
      model,
      finish: filter.hasLeaked ? 'filtered' : finish,
      level: { ...measureText({ text, target: level, vocabulary }), rewrite: asked.rewrite },
    },
  }
}

type Voice = { filter: ReplyFilter; gate: LevelGate; vocabulary: Vocabulary }
type Asked = { reply: LlmReply; rewrite: Rewrite | null } | { error: AppError }

/** Streams what goes through filter and gate; `error` when the model broke off. */
async function ask(
  context: TalkContext,
  talk: Talk,
  { request, voice: { filter, gate, vocabulary } }: { request: LlmRequest; voice: Voice },
): Promise<Asked> {
  const { bus, audience, attempt, session, level } = context
  const { appId, userId, turnId } = talk.view
  const attribution = { appId, userId, turnId }
  let index = 0
  const show = (text: string) => {
    if (text !== '') bus.publish(turnId, { type: 'delta', attempt, index: index++, text })
  }
  const { signal, end } = audience.begin(turnId)
  try {
    // After a leak the rest is read and dropped: only a call that has ended tells what it cost.
    const reply = await context.complete(request, {
      attribution: { ...attribution, promptVersion: session.promptVersionId },
      signal,
      onDelta: (text) => show(gate.append(filter.append(text))),
    })
    show(gate.append(filter.end()))
    const call = { purpose: 'practice.rewrite', role: context.variation.ai_character_role, attribution }
    const rewriteWith = reply.scripted ? undefined : context.rewriteForLevel(call)
    const ended = level
      ? await endGoverned(gate, { target: level, vocabulary, ask: rewriteWith })
      : unlimited(gate)
    show(ended.shown)
    return { reply, rewrite: ended.rewrite }
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('llm.')) throw error
    // What was held back because it might have become the mark did not.
    show(gate.append(filter.end()))
    return { error }
  } finally {
    end()
  }
}

const unlimited = (gate: LevelGate) => ({ shown: gate.end(), rewrite: null })

async function toRequest(context: TalkContext, { before, said, metGoals }: Talk): Promise<LlmRequest> {
  const { session, variation, level } = context
  const difficulty = level ? difficultyOfLevel(level) : await context.difficultyOf(session.situationVersionId)
  const prompt = await context.renderPrompt(session.promptVersionId, {
    variables: replyVariables(variation, {
      metGoals,
      skippedGoals: skippedGoalsOf(before),
      difficulty,
      opener: session.opener,
      canary: context.canaryOf(session.sessionId),
    }),
    history: replyHistory({ opener: session.opener, before: before.map(toHeard), said }),
  })
  return {
    ...prompt,
    purpose: REPLY_PURPOSE,
    maxOutputTokens: prompt.maxOutputTokens ?? MAX_REPLY_TOKENS,
    script: toScript(variation, { metGoals, before }),
  }
}

/** What the partner is told and does not say. The scene, the goals and the facts are known to the learner. */
const secretOfReply = ({ session, variation, canaryOf }: TalkContext, { messages }: LlmRequest): Secret =>
  secretOf({
    instructions: instructionsIn(messages),
    mark: canaryOf(session.sessionId),
    sayable: [
      session.opener,
      variation.closing,
      variation.specific_context,
      variation.ai_character_role,
      ...variation.goals.map(({ description }) => description),
      ...listFacts(variation.local_context).split('\n'),
    ],
  })

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
