import type { Db } from '#platform/db/db.ts'
import type { AuthoredText, ContentSet } from './content-catalogue.ts'
import type { ContentKind } from './content-items.ts'
import {
  deactivateAllContent,
  upsertPersona,
  upsertPrompt,
  upsertSituation,
  upsertVariation,
} from './queries.ts'
import { showLocations } from './show-locations.ts'
import type { SituationFile, VariationFile } from './situation-file.ts'
import type { VersionRef } from './version-queries.ts'

/** Which stored version each text of a set is. */
export type VersionOf = (kind: ContentKind, key: string) => VersionRef

/** `refs` are the versions of the items, in their order. */
export function versionsOf(
  items: readonly { kind: ContentKind; key: string }[],
  refs: readonly VersionRef[],
): VersionOf {
  const byName = new Map(items.map(({ kind, key }, at) => [`${kind} ${key}`, refs[at]]))
  return (kind, key) => {
    const ref = byName.get(`${kind} ${key}`)
    if (!ref) throw new Error(`The ${kind} ${key} has no stored version`)
    return ref
  }
}

/**
 * Makes the catalogue show just this set. Everything is written again, also what has not changed: a newer program may
 * read more from the same text.
 */
export async function showContent(tx: Db, set: ContentSet, versionOf: VersionOf): Promise<void> {
  await deactivateAllContent(tx)
  const locationIds = await showLocations(tx, set, versionOf)
  for (const { value, variations } of set.situations) {
    const locationId = locationIds.get(value.location ?? '') ?? null
    const situationId = await showSituation(tx, { value, locationId, versionOf })
    for (const variation of variations) {
      const key = `${value.situation_name}/${variation.value.variation_name}`
      await showVariation(tx, { situationId, variation, version: versionOf('variation', key) })
    }
  }
  for (const { value } of set.personas) {
    await upsertPersona(tx, {
      id: value.id,
      name: value.name,
      description: value.description,
      systemPrompt: value.system_prompt,
      avatarModel: value.avatar_model ?? null,
      contentVersionId: versionOf('persona', value.id).contentVersionId,
    })
  }
  for (const { value } of set.prompts) {
    await upsertPrompt(tx, value.name, versionOf('prompt', value.name).contentVersionId)
  }
}

function showSituation(
  tx: Db,
  { value, locationId, versionOf }: { value: SituationFile; locationId: string | null; versionOf: VersionOf },
): Promise<string> {
  const { contentVersionId, versionNumber } = versionOf('situation', value.situation_name)
  return upsertSituation(tx, {
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
    contentVersionId,
    version: versionNumber,
  })
}

function showVariation(
  tx: Db,
  {
    situationId,
    variation: { value },
    version: { contentVersionId, versionNumber },
  }: { situationId: string; variation: AuthoredText<VariationFile>; version: VersionRef },
): Promise<void> {
  return upsertVariation(tx, {
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
    contentVersionId,
    version: versionNumber,
  })
}
