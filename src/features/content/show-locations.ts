import type { Db } from '#platform/db/db.ts'
import type { ContentSet } from './content-catalogue.ts'
import { upsertCulturalContext } from './cultural-context-queries.ts'
import type { CulturalContextFile, LocationFile } from './location-file.ts'
import { upsertLocation } from './location-queries.ts'
import type { VersionOf } from './show-content.ts'
import type { VersionRef } from './version-queries.ts'

/** Location name → its id, which situations are stored with. */
export async function showLocations(
  tx: Db,
  { locations, culturalContexts }: Pick<ContentSet, 'locations' | 'culturalContexts'>,
  versionOf: VersionOf,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  for (const { value } of locations) {
    const name = value.location_name
    ids.set(name, await showLocation(tx, value, versionOf('location', name)))
  }
  for (const { value } of culturalContexts) {
    await showCulturalContext(tx, value, versionOf('cultural_context', value.context_name))
  }
  return ids
}

function showLocation(
  tx: Db,
  value: LocationFile,
  { contentVersionId, versionNumber }: VersionRef,
): Promise<string> {
  return upsertLocation(tx, {
    locationName: value.location_name,
    name: value.name,
    locationType: value.location_type,
    ...value.coordinates,
    district: value.district,
    address: value.address ?? null,
    commonSituations: value.common_situations,
    usefulExpressions: value.useful_expressions,
    culturalNotes: value.cultural_notes,
    relatedSituations: value.related_situations,
    isActive: value.is_active,
    contentVersionId,
    version: versionNumber,
  })
}

function showCulturalContext(
  tx: Db,
  value: CulturalContextFile,
  { contentVersionId, versionNumber }: VersionRef,
): Promise<void> {
  return upsertCulturalContext(tx, {
    contextName: value.context_name,
    name: value.name,
    category: value.category,
    description: value.description,
    usageExamples: value.usage_examples,
    relatedSituations: value.related_situations,
    difficultyLevel: value.difficulty_level,
    isActive: value.is_active,
    contentVersionId,
    version: versionNumber,
  })
}
