import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import type { AuthoredSituation, ContentCatalogue } from './content-catalogue.ts'
import { loadLocations } from './load-locations.ts'
import {
  deactivateAllContent,
  lockContent,
  putContentVersion,
  upsertPersona,
  upsertSituation,
  upsertVariation,
} from './queries.ts'

/** Prompt name → the version in force. */
export type PromptVersions = ReadonlyMap<string, string>

type LoadedContent = Pick<
  ContentCatalogue,
  'situations' | 'locations' | 'culturalContexts' | 'personas' | 'prompts'
>

/**
 * Copies the authored files into the database, all or nothing: each text becomes an immutable version, and the
 * catalogue points at the newest. Loading the same files again changes nothing.
 */
export async function loadContent(
  { db }: { db: RootDb },
  { situations, personas, prompts, ...places }: LoadedContent,
): Promise<PromptVersions> {
  return withTransaction(db, async (tx) => {
    await lockContent(tx)
    await deactivateAllContent(tx)
    const locationIds = await loadLocations(tx, places)
    for (const situation of situations) {
      const locationId = locationIds.get(situation.value.location ?? '') ?? null
      await loadSituation(tx, { situation, locationId })
    }
    for (const { value, contentHash } of personas) {
      const version = { kind: 'persona', key: value.id, contentHash, content: value } as const
      await upsertPersona(tx, {
        id: value.id,
        name: value.name,
        description: value.description,
        systemPrompt: value.system_prompt,
        avatarModel: value.avatar_model ?? null,
        contentVersionId: await putContentVersion(tx, version),
      })
    }
    const versions = new Map<string, string>()
    for (const { value, contentHash } of prompts) {
      const version = { kind: 'prompt', key: value.name, contentHash, content: value } as const
      versions.set(value.name, await putContentVersion(tx, version))
    }
    return versions
  })
}

async function loadSituation(
  tx: Db,
  {
    situation: { value, contentHash, variations },
    locationId,
  }: { situation: AuthoredSituation; locationId: string | null },
): Promise<void> {
  const version = { kind: 'situation', key: value.situation_name, contentHash, content: value } as const
  const situationId = await upsertSituation(tx, {
    name: value.situation_name,
    category: value.category,
    difficultyLevel: value.difficulty_level,
    estimatedDurationSeconds: value.estimated_duration_seconds,
    description: value.description,
    learningObjectives: value.learning_objectives,
    locationSpecific: value.location_specific,
    targetLocation: value.target_location,
    locationId,
    initialPrompt: value.initial_prompt,
    contextDescription: value.context_description,
    expectedResponsePatterns: value.expected_response_patterns,
    isActive: value.is_active,
    contentVersionId: await putContentVersion(tx, version),
  })
  for (const variation of variations)
    await loadVariation(tx, { situationId, situation: value.situation_name, variation })
}

async function loadVariation(
  tx: Db,
  {
    situationId,
    situation,
    variation: { value, contentHash },
  }: { situationId: string; situation: string; variation: AuthoredSituation['variations'][number] },
): Promise<void> {
  const key = `${situation}/${value.variation_name}`
  const version = { kind: 'variation', key, contentHash, content: value } as const
  await upsertVariation(tx, {
    situationId,
    name: value.variation_name,
    specificContext: value.specific_context,
    aiCharacterRole: value.ai_character_role,
    localContext: value.local_context,
    culturalNotes: value.cultural_notes,
    idealResponses: value.ideal_responses,
    acceptableResponses: value.acceptable_responses,
    commonMistakes: value.common_mistakes,
    hintLevels: value.hint_levels,
    vocabularySupport: value.vocabulary_support,
    contentVersionId: await putContentVersion(tx, version),
  })
}
