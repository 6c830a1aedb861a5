import type { Db } from '#platform/db/db.ts'

export type Persona = {
  id: string
  name: string
  description: string
  avatarModel: string | null
  version: number
}

type Page = { after: string | undefined; limit: number }

/** By id. One row more than `limit` when there is more. */
export async function listPersonas(db: Db, { after, limit }: Page): Promise<Persona[]> {
  return db
    .selectFrom('chatbot_personas as p')
    .innerJoin('content_versions as v', 'v.content_version_id', 'p.content_version_id')
    .select([
      'p.id',
      'p.name',
      'p.description',
      'p.avatar_model as avatarModel',
      'v.version_number as version',
    ])
    .where('p.is_active', '=', true)
    .$if(after !== undefined, (query) => query.where('p.id', '>', after ?? ''))
    .orderBy('p.id')
    .limit(limit + 1)
    .execute()
}

/** The text that a conversation with the persona would begin with now. */
export async function findTalkablePersona(
  db: Db,
  personaId: string,
): Promise<{ personaId: string; personaVersionId: string } | undefined> {
  return db
    .selectFrom('chatbot_personas')
    .select(['id as personaId', 'content_version_id as personaVersionId'])
    .where('id', '=', personaId)
    .where('is_active', '=', true)
    .executeTakeFirst()
}

export type Situation = {
  situationId: string
  name: string
  category: string
  difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
  estimatedDurationSeconds: number
  description: string | null
  learningObjectives: string[]
  locationSpecific: boolean
  targetLocation: string | null
  locationId: string | null
  locationName: string | null
  version: number
}

export type SituationFilter = Page & {
  level: Situation['difficultyLevel'] | undefined
  category: string | undefined
  /** The name of a location, or the wider place that situations are for. */
  location: string | undefined
}

/** By name. One row more than `limit` when there is more. */
export async function listSituations(
  db: Db,
  { level, category, location, after, limit }: SituationFilter,
): Promise<Situation[]> {
  return (
    db
      .selectFrom('situations as s')
      // A location that is hidden is not named: nobody could look it up.
      .leftJoin('locations as l', (join) =>
        join.onRef('l.location_id', '=', 's.location_id').on('l.is_active', '=', true),
      )
      .select([
        's.situation_id as situationId',
        's.situation_name as name',
        's.category',
        's.difficulty_level as difficultyLevel',
        's.estimated_duration_seconds as estimatedDurationSeconds',
        's.description',
        's.learning_objectives as learningObjectives',
        's.location_specific as locationSpecific',
        's.target_location as targetLocation',
        'l.location_id as locationId',
        'l.location_name as locationName',
        's.version',
      ])
      .where('s.is_active', '=', true)
      .$if(level !== undefined, (query) => query.where('s.difficulty_level', '=', level ?? 'beginner'))
      .$if(category !== undefined, (query) => query.where('s.category', '=', category ?? ''))
      .$if(location !== undefined, (query) =>
        query.where((eb) =>
          eb.or([eb('s.target_location', '=', location ?? ''), eb('l.location_name', '=', location ?? '')]),
        ),
      )
      .$if(after !== undefined, (query) => query.where('s.situation_name', '>', after ?? ''))
      .orderBy('s.situation_name')
      .limit(limit + 1)
      .execute()
  )
}

export type Variation = {
  variationId: string
  name: string
  specificContext: string
  aiCharacterRole: string | null
  culturalNotes: unknown
  vocabularySupport: unknown
  version: number
}

/** By name. One row more than `limit` when there is more. */
export async function listVariations(
  db: Db,
  { situationId, after, limit }: Page & { situationId: string },
): Promise<Variation[]> {
  return db
    .selectFrom('situation_variations')
    .select([
      'variation_id as variationId',
      'variation_name as name',
      'specific_context as specificContext',
      'ai_character_role as aiCharacterRole',
      'cultural_notes as culturalNotes',
      'vocabulary_support as vocabularySupport',
      'version',
    ])
    .where('situation_id', '=', situationId)
    .where('is_active', '=', true)
    .$if(after !== undefined, (query) => query.where('variation_name', '>', after ?? ''))
    .orderBy('variation_name')
    .limit(limit + 1)
    .execute()
}

export async function hasSituation(db: Db, situationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('situations')
    .select('situation_id')
    .where('situation_id', '=', situationId)
    .where('is_active', '=', true)
    .executeTakeFirst()
  return row !== undefined
}

export type PlayableVariation = {
  variationId: string
  situationId: string
  variationVersionId: string
  situationVersionId: string
}

/** A variation that a session can be started with now. */
export async function findPlayableVariation(
  db: Db,
  variationId: string,
): Promise<PlayableVariation | undefined> {
  return db
    .selectFrom('situation_variations as v')
    .innerJoin('situations as s', 's.situation_id', 'v.situation_id')
    .select([
      'v.variation_id as variationId',
      's.situation_id as situationId',
      'v.content_version_id as variationVersionId',
      's.content_version_id as situationVersionId',
    ])
    .where('v.variation_id', '=', variationId)
    .where('v.is_active', '=', true)
    .where('s.is_active', '=', true)
    .executeTakeFirst()
}

/** The version of the prompt that is served now. */
export async function findPromptVersion(db: Db, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('prompts')
    .select('content_version_id as versionId')
    .where('prompt_name', '=', name)
    .where('is_active', '=', true)
    .executeTakeFirst()
  return row?.versionId
}
