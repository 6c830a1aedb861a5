import { z } from 'zod'
import { VariationTest } from './authored-tests.ts'
import { Bilingual, Extensions, nameLike, prose } from './authored-text.ts'
import { Pronunciations } from './pronunciations.ts'
import { MAX_ENTRIES } from './variation-outline.ts'
import { checkVariationRules } from './variation-rules.ts'

const MAX_DURATION_SECONDS = 3_600
const MAX_TURNS = 100

/** `prompts/situations/<situation>/situation.yaml`: what every staging of the situation shares. */
export const SituationFile = z.strictObject({
  situation_name: nameLike(100).describe('As the folder is called'),
  category: nameLike(50).describe('What the practice is about, such as ordering or transport'),
  difficulty_level: z
    .enum(['beginner', 'intermediate', 'advanced'])
    .describe('The level of every line in the variations'),
  estimated_duration_seconds: z.int().min(1).max(MAX_DURATION_SECONDS).describe('How long one run takes'),
  description: prose(1_000).describe('What the situation is, for whoever chooses one'),
  learning_objectives: z.array(prose(300)).min(1).describe('What the learner can do afterwards'),
  location_specific: z.boolean().describe('Whether it plays in one place only'),
  target_location: prose(100).describe('The wider place, such as Daegu'),
  location: nameLike(100).optional().describe('A file of prompts/locations, without .yaml'),
  initial_prompt: prose(1_000).describe('What the learner is told before the partner speaks'),
  context_description: prose(2_000).describe('What is going on'),
  expected_response_patterns: z.array(prose(300)).default([]).describe('Kinds of answers, in words'),
  is_active: z.boolean().default(true).describe('false hides it from the catalogue'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

const listOf = <Schema extends z.ZodType>(entry: Schema) => z.array(entry).max(MAX_ENTRIES)

const Goal = z.strictObject({
  id: nameLike(50).describe('Name of the goal, by which responses and tests refer to it'),
  description: prose(300).describe('What the learner is to do, as the learner reads it'),
})

/** What a learner may say, what the partner answers to it, and the goal it reaches. */
const AuthoredResponse = z.strictObject({
  text: prose(300).describe('What a learner may say'),
  reply: prose(500).describe('What the partner answers to it'),
  goal: nameLike(50).describe('The id of the goal that it reaches'),
})

const CommonMistake = z.strictObject({
  says: prose(300).describe('Words that show the mistake; they may stand in no accepted response'),
  correction: prose(300).describe('What to say instead'),
  explanation: Bilingual.describe('Why, for the learner'),
})

const Hint = z.strictObject({
  level: z.int().min(1).describe('1, 2, 3 … in order: each hint gives away more than the one before'),
  text: Bilingual,
})

const VocabularyItem = z.strictObject({
  word: prose(100).describe('A word or phrase that helps here'),
  meaning: Bilingual,
})

/**
 * `prompts/situations/<situation>/<variation>.yaml`: a small dialogue through its goals, in order. The opener
 * is said first and the closing last; `reply` is what the partner answers when the learner says `text`.
 */
export const VariationShape = z.strictObject({
  variation_name: nameLike(100).describe('As the file is called, without .yaml'),
  specific_context: prose(2_000).describe('The place and the moment'),
  ai_character_role: prose(500).describe('Whom the partner plays'),
  opener: prose(500).describe('What the partner says first'),
  goals: listOf(Goal).min(1).describe('What the learner is to reach, in this order'),
  local_context: z
    .record(z.string(), z.json())
    .describe('What is true about the place: the only facts that the partner may state'),
  cultural_notes: Bilingual.describe('What is worth knowing about the place and its manners'),
  ideal_responses: listOf(AuthoredResponse).min(1).describe('The best answers; at least one for each goal'),
  acceptable_responses: listOf(AuthoredResponse).describe('Answers that reach the goal too'),
  common_mistakes: listOf(CommonMistake).describe('Mistakes that are known before anybody is asked'),
  hint_levels: listOf(Hint).min(1).describe('Help, from a nudge to the whole line'),
  vocabulary_support: listOf(VocabularyItem).describe('Words that help'),
  pronunciations: Pronunciations.default({}).describe(
    'Words that no dictionary has, in ARPAbet phones: apsan: AA P S AA N',
  ),
  closing: prose(500).describe('What the partner says last, when every goal is reached'),
  fallbacks: listOf(prose(500)).min(1).describe('What the partner says when nothing was understood, in turn'),
  limits: z
    .strictObject({ max_turns: z.int().min(1).max(MAX_TURNS).describe('Turns of the learner at most') })
    .describe('When a session ends by itself'),
  tests: listOf(VariationTest)
    .min(1)
    .describe('What learners say, and what must come of it; each goal needs one'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

/** The shape and the rules between its parts, for files; what is stored has passed them. */
// Runs on broken files too, so that one run names every fault.
export const VariationFile = VariationShape.superRefine(checkVariationRules, { when: () => true })

export type SituationFile = z.infer<typeof SituationFile>
export type VariationFile = z.infer<typeof VariationFile>
export type AuthoredResponse = z.infer<typeof AuthoredResponse>
