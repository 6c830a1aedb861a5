import type { Db } from '#platform/db/db.ts'
import type { ContentCatalogue, ContentFile } from './content-catalogue.ts'
import { upsertCulturalContext } from './cultural-context-queries.ts'
import type { CulturalContextFile, LocationFile } from './location-file.ts'
import { upsertLocation } from './location-queries.ts'
import { putContentVersion } from './queries.ts'

/** Location name → its id, which situations are stored with. */
export async function loadLocations(
  tx: Db,
  { locations, culturalContexts }: Pick<ContentCatalogue, 'locations' | 'culturalContexts'>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  for (const location of locations) ids.set(location.value.location_name, await loadLocation(tx, location))
  for (const context of culturalContexts) await loadCulturalContext(tx, context)
  return ids
}

async function loadLocation(tx: Db, { value, contentHash }: ContentFile<LocationFile>): Promise<string> {
  const version = { kind: 'location', key: value.location_name, contentHash, content: value } as const
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
    contentVersionId: await putContentVersion(tx, version),
  })
}

async function loadCulturalContext(
  tx: Db,
  { value, contentHash }: ContentFile<CulturalContextFile>,
): Promise<void> {
  const version = { kind: 'cultural_context', key: value.context_name, contentHash, content: value } as const
  await upsertCulturalContext(tx, {
    contextName: value.context_name,
    name: value.name,
    category: value.category,
    description: value.description,
    usageExamples: value.usage_examples,
    relatedSituations: value.related_situations,
    difficultyLevel: value.difficulty_level,
    isActive: value.is_active,
    contentVersionId: await putContentVersion(tx, version),
  })
}
