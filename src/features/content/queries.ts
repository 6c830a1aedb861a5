import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'

/** What is no longer served is hidden, never deleted: sessions still point at it. */
export async function deactivateAllContent(db: Db): Promise<void> {
  await db.updateTable('prompts').set({ is_active: false }).where('is_active', '=', true).execute()
  await db.updateTable('chatbot_personas').set({ is_active: false }).where('is_active', '=', true).execute()
  await db.updateTable('locations').set({ is_active: false }).where('is_active', '=', true).execute()
  await db.updateTable('cultural_contexts').set({ is_active: false }).where('is_active', '=', true).execute()
  await db.updateTable('situations').set({ is_active: false }).where('is_active', '=', true).execute()
  await db
    .updateTable('situation_variations')
    .set({ is_active: false })
    .where('is_active', '=', true)
    .execute()
}

/** The prompt by that name has this text from now on; what began with another keeps that. */
export async function upsertPrompt(db: Db, name: string, contentVersionId: string): Promise<void> {
  const columns = { content_version_id: contentVersionId, is_active: true }
  await db
    .insertInto('prompts')
    .values({ prompt_name: name, ...columns })
    .onConflict((conflict) =>
      conflict.column('prompt_name').doUpdateSet({ ...columns, updated_at: sql`now()` }),
    )
    .execute()
}

export type PersonaRow = {
  id: string
  name: string
  description: string
  systemPrompt: string
  avatarModel: string | null
  contentVersionId: string
}

export async function upsertPersona(db: Db, persona: PersonaRow): Promise<void> {
  const columns = {
    content_version_id: persona.contentVersionId,
    name: persona.name,
    description: persona.description,
    system_prompt: persona.systemPrompt,
    avatar_model: persona.avatarModel,
    is_active: true,
  }
  await db
    .insertInto('chatbot_personas')
    .values({ id: persona.id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...columns, updated_at: sql`now()` }))
    .execute()
}

export type SituationRow = {
  name: string
  category: string
  difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  estimatedDurationSeconds: number
  description: string | null
  learningObjectives: string[]
  locationSpecific: boolean
  targetLocation: string | null
  locationId: string | null
  initialPrompt: string
  contextDescription: string | null
  expectedResponsePatterns: unknown
  isActive: boolean
  contentVersionId: string
  version: number
}

/** Returns the id, the same for ever for that name. */
export async function upsertSituation(db: Db, situation: SituationRow): Promise<string> {
  const columns = {
    content_version_id: situation.contentVersionId,
    category: situation.category,
    difficulty_level: situation.difficultyLevel,
    estimated_duration_seconds: situation.estimatedDurationSeconds,
    description: situation.description,
    learning_objectives: situation.learningObjectives,
    location_specific: situation.locationSpecific,
    target_location: situation.targetLocation,
    location_id: situation.locationId,
    initial_prompt: situation.initialPrompt,
    context_description: situation.contextDescription,
    expected_response_patterns: JSON.stringify(situation.expectedResponsePatterns),
    is_active: situation.isActive,
    version: situation.version,
  }
  const { situation_id } = await db
    .insertInto('situations')
    .values({ situation_id: newId(), situation_name: situation.name, ...columns })
    .onConflict((conflict) =>
      conflict.column('situation_name').doUpdateSet({
        ...columns,
        updated_at: sql`now()`,
      }),
    )
    .returning('situation_id')
    .executeTakeFirstOrThrow()
  return situation_id
}

export type VariationRow = {
  situationId: string
  name: string
  specificContext: string
  aiCharacterRole: string | null
  localContext: unknown
  culturalNotes: unknown
  idealResponses: unknown
  acceptableResponses: unknown
  commonMistakes: unknown
  hintLevels: unknown
  vocabularySupport: unknown
  contentVersionId: string
  version: number
}

export async function upsertVariation(db: Db, variation: VariationRow): Promise<void> {
  const columns = {
    content_version_id: variation.contentVersionId,
    specific_context: variation.specificContext,
    ai_character_role: variation.aiCharacterRole,
    local_context: JSON.stringify(variation.localContext),
    cultural_notes: JSON.stringify(variation.culturalNotes),
    ideal_responses: JSON.stringify(variation.idealResponses),
    acceptable_responses: JSON.stringify(variation.acceptableResponses),
    common_mistakes: JSON.stringify(variation.commonMistakes),
    hint_levels: JSON.stringify(variation.hintLevels),
    vocabulary_support: JSON.stringify(variation.vocabularySupport),
    is_active: true,
    version: variation.version,
  }
  await db
    .insertInto('situation_variations')
    .values({
      variation_id: newId(),
      situation_id: variation.situationId,
      variation_name: variation.name,
      ...columns,
    })
    .onConflict((conflict) =>
      conflict.columns(['situation_id', 'variation_name']).doUpdateSet({
        ...columns,
        updated_at: sql`now()`,
      }),
    )
    .execute()
}
