import { z } from 'zod'
import { Bilingual, Extensions, nameLike, prose } from './authored-text.ts'
import { Pronunciations } from './pronunciations.ts'
import { MAX_ENTRIES } from './variation-outline.ts'
import { checkVariationRules } from './variation-rules.ts'

const MAX_DURATION_SECONDS = 3_600
const MAX_TURNS = 100
const MAX_MINUTES = 24 * 60
const MAX_COST_USD = 100

/** `prompts/situations/<situation>/situation.yaml`: what every staging of the situation shares. */
export const SituationFile = z.strictObject({
  situation_name: nameLike(100),
  category: nameLike(50),
  difficulty_level: z.enum(['beginner', 'intermediate', 'advanced']),
  estimated_duration_seconds: z.int().min(1).max(MAX_DURATION_SECONDS),
  description: prose(1_000),
  learning_objectives: z.array(prose(300)).min(1),
  location_specific: z.boolean(),
  target_location: prose(100),
  /** The name of a file in `prompts/locations`. */
  location: nameLike(100).optional(),
  initial_prompt: prose(1_000),
  context_description: prose(2_000),
  expected_response_patterns: z.array(prose(300)).default([]),
  is_active: z.boolean().default(true),
  extensions: Extensions.optional(),
})

const listOf = <Schema extends z.ZodType>(entry: Schema) => z.array(entry).max(MAX_ENTRIES)

const Goal = z.strictObject({ id: nameLike(50), description: prose(300) })

/** What a learner may say, what the partner answers to it, and the goal it reaches. */
const AuthoredResponse = z.strictObject({ text: prose(300), reply: prose(500), goal: nameLike(50) })

const CommonMistake = z.strictObject({ says: prose(300), correction: prose(300), explanation: Bilingual })

const Hint = z.strictObject({ level: z.int().min(1), text: Bilingual })

const VocabularyItem = z.strictObject({ word: prose(100), meaning: Bilingual })

const VariationTest = z.strictObject({
  says: prose(300),
  expects_goal: nameLike(50).optional(),
  expects_reply: prose(500).optional(),
})

/**
 * `prompts/situations/<situation>/<variation>.yaml`: a small dialogue through its goals, in order. The opener
 * is said first and the closing last; `reply` is what the partner answers when the learner says `text`.
 */
export const VariationShape = z.strictObject({
  variation_name: nameLike(100),
  specific_context: prose(2_000),
  ai_character_role: prose(500),
  opener: prose(500),
  goals: listOf(Goal).min(1),
  local_context: z.record(z.string(), z.json()),
  cultural_notes: Bilingual,
  ideal_responses: listOf(AuthoredResponse).min(1),
  acceptable_responses: listOf(AuthoredResponse),
  common_mistakes: listOf(CommonMistake),
  hint_levels: listOf(Hint).min(1),
  vocabulary_support: listOf(VocabularyItem),
  /** Words of the scene that may be used however hard they are. */
  vocabulary: listOf(prose(100)).default([]),
  pronunciations: Pronunciations.default({}),
  closing: prose(500),
  fallbacks: listOf(prose(500)).min(1),
  limits: z.strictObject({
    max_turns: z.int().min(1).max(MAX_TURNS),
    max_minutes: z.number().positive().max(MAX_MINUTES).optional(),
    /** What the models of one session may cost. */
    max_cost_usd: z.number().positive().max(MAX_COST_USD).optional(),
  }),
  tests: listOf(VariationTest).min(1),
  extensions: Extensions.optional(),
})

/** The shape and the rules between its parts, for files; what is stored has passed them. */
// Runs on broken files too, so that one run names every fault.
export const VariationFile = VariationShape.superRefine(checkVariationRules, { when: () => true })

export type SituationFile = z.infer<typeof SituationFile>
export type VariationFile = z.infer<typeof VariationFile>
export type AuthoredResponse = z.infer<typeof AuthoredResponse>
