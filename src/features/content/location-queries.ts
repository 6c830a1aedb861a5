import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'

export type LocationRow = {
  locationName: string
  name: unknown
  locationType: string
  latitude: number
  longitude: number
  district: string
  address: string | null
  commonSituations: unknown
  usefulExpressions: unknown
  culturalNotes: unknown
  relatedSituations: readonly string[]
  isActive: boolean
  contentVersionId: string
  version: number
}

/** Returns the id, the same for ever for that name. */
export async function upsertLocation(db: Db, location: LocationRow): Promise<string> {
  const columns = {
    content_version_id: location.contentVersionId,
    name: JSON.stringify(location.name),
    location_type: location.locationType,
    latitude: location.latitude,
    longitude: location.longitude,
    district: location.district,
    address: location.address,
    common_situations: JSON.stringify(location.commonSituations),
    useful_expressions: JSON.stringify(location.usefulExpressions),
    cultural_notes: JSON.stringify(location.culturalNotes),
    related_situations: JSON.stringify(location.relatedSituations),
    is_active: location.isActive,
    version: location.version,
  }
  const { location_id } = await db
    .insertInto('locations')
    .values({ location_id: newId(), location_name: location.locationName, ...columns })
    .onConflict((conflict) =>
      conflict.column('location_name').doUpdateSet({
        ...columns,
        updated_at: sql`now()`,
      }),
    )
    .returning('location_id')
    .executeTakeFirstOrThrow()
  return location_id
}

export type Location = {
  locationId: string
  locationName: string
  /** By language. */
  name: unknown
  locationType: string
  latitude: number
  longitude: number
  district: string
  address: string | null
  commonSituations: unknown
  version: number
}

export type LocationFilter = {
  district: string | undefined
  type: string | undefined
  after: string | undefined
  limit: number
}

const SHOWN = [
  'location_id as locationId',
  'location_name as locationName',
  'name',
  'location_type as locationType',
  'latitude',
  'longitude',
  'district',
  'address',
  'common_situations as commonSituations',
  'version',
] as const

/** By name. One row more than `limit` when there is more. */
export async function listLocations(
  db: Db,
  { district, type, after, limit }: LocationFilter,
): Promise<Location[]> {
  return db
    .selectFrom('locations')
    .select(SHOWN)
    .where('is_active', '=', true)
    .$if(district !== undefined, (query) => query.where('district', '=', district ?? ''))
    .$if(type !== undefined, (query) => query.where('location_type', '=', type ?? ''))
    .$if(after !== undefined, (query) => query.where('location_name', '>', after ?? ''))
    .orderBy('location_name')
    .limit(limit + 1)
    .execute()
}

export type LocationDetail = Location & { usefulExpressions: unknown; culturalNotes: unknown }

export async function findLocation(db: Db, locationId: string): Promise<LocationDetail | undefined> {
  return db
    .selectFrom('locations')
    .select([...SHOWN, 'useful_expressions as usefulExpressions', 'cultural_notes as culturalNotes'])
    .where('location_id', '=', locationId)
    .where('is_active', '=', true)
    .executeTakeFirst()
}

export type RelatedSituation = {
  situationId: string
  name: string
  category: string
  difficultyLevel: 'beginner' | 'intermediate' | 'advanced'
}

/** By name: the situations that take place there, and those that the location names as related. */
export async function listSituationsOfLocation(db: Db, locationId: string): Promise<RelatedSituation[]> {
  return db
    .selectFrom('situations as s')
    .innerJoin('locations as l', (join) =>
      join.on((eb) =>
        eb.or([
          eb('s.location_id', '=', eb.ref('l.location_id')),
          sql<boolean>`l.related_situations @> to_jsonb(s.situation_name)`,
        ]),
      ),
    )
    .select([
      's.situation_id as situationId',
      's.situation_name as name',
      's.category',
      's.difficulty_level as difficultyLevel',
    ])
    .where('l.location_id', '=', locationId)
    .where('s.is_active', '=', true)
    .orderBy('s.situation_name')
    .execute()
}
