/** What practice needs of an authored variation; the content room checks the files against more. */
export type Bilingual = { en: string; ko: string }

export type AuthoredResponse = { text: string; reply: string; goal: string }

export type Variation = {
  variation_name: string
  specific_context: string
  ai_character_role: string
  /** Facts about the place, by name. */
  local_context: Record<string, unknown>
  opener: string
  goals: { id: string; description: string }[]
  ideal_responses: AuthoredResponse[]
  acceptable_responses: AuthoredResponse[]
  common_mistakes: { says: string; correction: string; explanation: Bilingual }[]
  hint_levels: { level: number; text: Bilingual }[]
  vocabulary_support: { word: string }[]
  /** Words that belong to the scene, however hard they are. */
  vocabulary: string[]
  pronunciations: Record<string, string>
  closing: string
  fallbacks: string[]
  limits: { max_turns: number; max_minutes?: number | undefined; max_cost_usd?: number | undefined }
}

/** What a transcriber may be told to expect: the author's word list, and the names with a pronunciation of their own. */
export const vocabularyOf = ({ vocabulary_support, pronunciations }: Variation): string[] => [
  ...new Set([...vocabulary_support.map(({ word }) => word), ...Object.keys(pronunciations)]),
]

export type RankedResponse = AuthoredResponse & { kind: 'ideal' | 'acceptable' }

/** Every response the author expects, those of goals not met yet first, ideal before acceptable. */
export function rankResponses(variation: Variation, metGoals: ReadonlySet<string>): RankedResponse[] {
  const ranked: RankedResponse[] = [
    ...variation.ideal_responses.map((response) => ({ ...response, kind: 'ideal' as const })),
    ...variation.acceptable_responses.map((response) => ({ ...response, kind: 'acceptable' as const })),
  ]
  const goalOrder = variation.goals.map(({ id }) => id)
  const rankOf = ({ goal }: AuthoredResponse) =>
    (metGoals.has(goal) ? goalOrder.length : 0) + goalOrder.indexOf(goal)
  return ranked.sort((a, b) => rankOf(a) - rankOf(b))
}

/** True when the goal is the last one open: what answers it also ends the dialogue. */
export const isLastGoal = (variation: Variation, metGoals: ReadonlySet<string>, goal: string) =>
  variation.goals.every(({ id }) => id === goal || metGoals.has(id))
