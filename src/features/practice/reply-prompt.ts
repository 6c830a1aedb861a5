import { bestMatch } from '#base/text-similarity.ts'
import { asLearnerText } from '#engines/llm/learner-text.ts'
import type { LlmMessage } from '#engines/llm/provider.ts'
import type { REPLY_CONTRACT } from './authored.ts'
import type { MatchedResponse } from './turn.ts'
import type { RankedResponse, Variation } from './variation.ts'

/** A long session loses its beginning, never its end. */
const HISTORY_TURNS = 20
/** What the partner is told when the sound was speech, but not understood. */
const UNINTELLIGIBLE = '(unintelligible)'

type ReplyVariables = Record<(typeof REPLY_CONTRACT)['authored'][number], string>

export function replyVariables(
  variation: Variation,
  {
    metGoals,
    skippedGoals,
    difficulty,
    opener,
    canary,
  }: {
    metGoals: ReadonlySet<string>
    skippedGoals: ReadonlySet<string>
    difficulty: string
    opener: string
    canary: string
  },
): ReplyVariables {
  return {
    ai_character_role: variation.ai_character_role,
    specific_context: variation.specific_context,
    local_context: listFacts(variation.local_context),
    goals: listGoals(variation, { metGoals, skippedGoals }),
    difficulty_level: difficulty,
    opener,
    closing: variation.closing,
    canary,
  }
}

/** `said` is null where the sound was speech that nobody understood. */
export type HeardTurn = { said: string | null; reply: string }

/** What was said so far, the partner's opener first and what is to be answered last. */
export function replyHistory({
  opener,
  before,
  said,
}: {
  opener: string
  before: readonly HeardTurn[]
  said: string | null
}): LlmMessage[] {
  const history = before
    .slice(-HISTORY_TURNS)
    .flatMap((turn): LlmMessage[] => [heard(turn.said), { role: 'assistant', text: turn.reply }])
  return [{ role: 'assistant', text: opener }, ...history, heard(said)]
}

/** The expected response that is most like what was said. */
export function matchResponse(
  said: string | null,
  responses: readonly RankedResponse[],
): (MatchedResponse & { reply: string }) | null {
  if (said === null) return null
  const match = bestMatch(
    said,
    responses.map(({ text }) => text),
  )
  const response = match && responses[match.index]
  if (!match || !response) return null
  const { goal, kind, text, reply } = response
  return { goal, kind, text, reply, similarity: match.similarity }
}

const heard = (said: string | null): LlmMessage => ({
  role: 'user',
  text: said === null ? UNINTELLIGIBLE : asLearnerText(said),
})

type GoalStates = { metGoals: ReadonlySet<string>; skippedGoals: ReadonlySet<string> }

const listGoals = ({ goals }: Variation, states: GoalStates) =>
  goals.map(({ id, description }) => `- ${description}${stateOf(id, states)}`).join('\n')

function stateOf(id: string, { metGoals, skippedGoals }: GoalStates): string {
  if (metGoals.has(id)) return ' (reached)'
  return skippedGoals.has(id) ? ' (skipped: do not come back to it)' : ''
}

/** A line each. */
export const listFacts = (facts: Record<string, unknown>) =>
  Object.entries(facts)
    .map(([name, fact]) => `- ${spaced(name)}: ${factInWords(fact)}`)
    .join('\n')

const spaced = (name: string) => name.replaceAll('_', ' ')

/** As one would note it: `Daegu (ko: 대구)`, `one; two`, `word: 억수로, meaning: very`. */
function factInWords(fact: unknown): string {
  if (Array.isArray(fact)) return fact.map(factInWords).join('; ')
  if (typeof fact !== 'object' || fact === null) return String(fact)
  const { en, ...others } = Object.fromEntries(Object.entries(fact))
  const named = Object.entries(others).map(([name, inner]) => `${spaced(name)}: ${factInWords(inner)}`)
  if (en === undefined) return named.join(', ')
  return named.length === 0 ? factInWords(en) : `${factInWords(en)} (${named.join(', ')})`
}
