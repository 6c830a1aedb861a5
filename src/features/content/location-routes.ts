import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { RootDb } from '#platform/db/db.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { textField, uuidField } from '#platform/http/fields.ts'
import { decodeCursor, pageOf, pageQuery, toPage } from '#platform/http/paging.ts'
import { listCulturalContexts } from './cultural-context-queries.ts'
import { findLocation, listLocations, listSituationsOfLocation } from './location-queries.ts'

const Level = z.enum(['beginner', 'intermediate', 'advanced'])
const ByLanguage = z.object({ en: z.string(), ko: z.string() })
const Expression = z.object({ text: z.string(), meaning: ByLanguage })

const LocationAnswer = z
  .object({
    locationId: z.uuid(),
    locationName: z.string().describe('What `location` of `GET /situations` takes'),
    name: ByLanguage,
    locationType: z.string(),
    latitude: z.number().describe('Degrees north (WGS 84)'),
    longitude: z.number().describe('Degrees east (WGS 84)'),
    district: z.string(),
    address: z.string().nullable(),
    commonSituations: z.array(z.string()).describe('What one does there, in words'),
    version: z.int(),
  })
  .meta({ id: 'Location' })

const LocationDetailAnswer = LocationAnswer.extend({
  usefulExpressions: z.array(Expression),
  culturalNotes: ByLanguage,
  situations: z
    .array(
      z.object({ situationId: z.uuid(), name: z.string(), category: z.string(), difficultyLevel: Level }),
    )
    .describe('What can be practised for this place, by name'),
}).meta({ id: 'LocationDetail' })

const CulturalContextAnswer = z
  .object({
    contextId: z.uuid(),
    contextName: z.string(),
    name: ByLanguage,
    category: z.string(),
    description: ByLanguage,
    usageExamples: z.array(Expression),
    relatedSituations: z.array(z.string()).describe('Names of situations'),
    difficultyLevel: Level,
    version: z.int(),
  })
  .meta({ id: 'CulturalContext' })

const locationNotFound = () => new AppError('not_found', 'location.not_found', 'There is no such location')

export function locationRoutes({ db }: { db: RootDb }): Endpoint[] {
  return [locationsEndpoint(db), locationEndpoint(db), culturalContextsEndpoint(db)]
}

const locationsEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/locations',
    tag: 'Catalogue',
    summary: 'The places that situations are set in',
    query: z.strictObject({
      ...pageQuery,
      district: textField(50).optional(),
      type: textField(50).optional(),
    }),
    answers: { 200: { description: 'By name', schema: pageOf(LocationAnswer) } },
    async handle({ query: { limit, cursor, district, type }, res }) {
      const rows = await listLocations(db, { after: decodeCursor(cursor), limit, district, type })
      const keyOf = ({ locationName }: { locationName: string }) => locationName
      res.json(toPage(rows, { limit, keyOf, present: (location) => location }))
    },
  })

const locationEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/locations/{locationId}',
    tag: 'Catalogue',
    summary: 'A place with what to say there, its cultural notes and its situations',
    params: z.object({ locationId: uuidField() }),
    answers: { 200: { description: 'The place', schema: LocationDetailAnswer } },
    problems: ['location.not_found'],
    async handle({ params: { locationId }, res }) {
      const location = await findLocation(db, locationId)
      if (!location) throw locationNotFound()
      res.json({ ...location, situations: await listSituationsOfLocation(db, locationId) })
    },
  })

const culturalContextsEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/cultural-contexts',
    tag: 'Catalogue',
    summary: 'Customs, dialect, food and feasts that learners meet or have to explain',
    query: z.strictObject({
      ...pageQuery,
      category: textField(50).optional(),
      level: Level.optional(),
    }),
    answers: { 200: { description: 'By name', schema: pageOf(CulturalContextAnswer) } },
    async handle({ query: { limit, cursor, category, level }, res }) {
      const rows = await listCulturalContexts(db, { after: decodeCursor(cursor), limit, category, level })
      const keyOf = ({ contextName }: { contextName: string }) => contextName
      res.json(toPage(rows, { limit, keyOf, present: (context) => context }))
    },
  })
