import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { RootDb } from '#platform/db/db.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { textField, uuidField } from '#platform/http/fields.ts'
import { decodeCursor, pageOf, pageQuery, toPage } from '#platform/http/paging.ts'
import { listCulturalContexts } from './cultural-context-queries.ts'
import { findLocation, listLocations, listSituationsOfLocation } from './location-queries.ts'

const Level = z.enum(['beginner', 'intermediate', 'advanced'])
const ByLanguage = z.object({ en: z.string().describe('In English'), ko: z.string().describe('In Korean') })
const Expression = z.object({
  text: z.string().describe('As it is said'),
  meaning: ByLanguage.describe('What it means'),
})

const LocationAnswer = z
  .object({
    locationId: z.uuid().describe('Of this place'),
    locationName: z.string().describe('What `location` of `GET /situations` takes'),
    name: ByLanguage.describe('What it is called'),
    locationType: z.string().describe('What kind of place'),
    latitude: z.number().describe('Degrees north (WGS 84)'),
    longitude: z.number().describe('Degrees east (WGS 84)'),
    district: z.string().describe('Where in the city'),
    address: z.string().nullable().describe('Its address'),
    commonSituations: z.array(z.string()).describe('What one does there, in words'),
    version: z.int().describe('Counts from 1 as it is published'),
  })
  .meta({ id: 'Location', description: 'A place that situations are set in' })

const LocationDetailAnswer = LocationAnswer.extend({
  usefulExpressions: z.array(Expression).describe('What to say there'),
  culturalNotes: ByLanguage.describe('What one should know'),
  situations: z
    .array(
      z.object({
        situationId: z.uuid().describe('Of the situation'),
        name: z.string().describe('Its name in the files'),
        category: z.string().describe('What it belongs to'),
        difficultyLevel: Level.describe('How hard it is'),
      }),
    )
    .describe('What can be practised for this place, by name'),
}).meta({ id: 'LocationDetail', description: 'A place with what to say there' })

const CulturalContextAnswer = z
  .object({
    contextId: z.uuid().describe('Of this entry'),
    contextName: z.string().describe('Its name in the files'),
    name: ByLanguage.describe('What it is called'),
    category: z.string().describe('What it belongs to'),
    description: ByLanguage.describe('What it is'),
    usageExamples: z.array(Expression).describe('How to speak of it'),
    relatedSituations: z.array(z.string()).describe('Names of situations'),
    difficultyLevel: Level.describe('How hard it is'),
    version: z.int().describe('Counts from 1 as it is published'),
  })
  .meta({ id: 'CulturalContext', description: 'A custom, a word or a dish that learners meet' })

const locationNotFound = () => new AppError('not_found', 'location.not_found', 'There is no such location')

export function locationRoutes({ db }: { db: RootDb }): Endpoint[] {
  return [locationsEndpoint(db), locationEndpoint(db), culturalContextsEndpoint(db)]
}

const locationsEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/locations',
    operationId: 'listLocations',
    tag: 'Catalogue',
    summary: 'The places that situations are set in',
    query: z.strictObject({
      ...pageQuery,
      district: textField(50).optional().describe('Only those of this district'),
      type: textField(50).optional().describe('Only those of this type'),
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
    operationId: 'getLocation',
    tag: 'Catalogue',
    summary: 'A place with what to say there, its cultural notes and its situations',
    params: z.object({ locationId: uuidField().describe('Of the place') }),
    answers: { 200: { description: 'The place', schema: LocationDetailAnswer } },
    problems: { 404: ['location.not_found'] },
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
    operationId: 'listCulturalContexts',
    tag: 'Catalogue',
    summary: 'Customs, dialect, food and feasts that learners meet or have to explain',
    query: z.strictObject({
      ...pageQuery,
      category: textField(50).optional().describe('Only those of this category'),
      level: Level.optional().describe('Only those of this level'),
    }),
    answers: { 200: { description: 'By name', schema: pageOf(CulturalContextAnswer) } },
    async handle({ query: { limit, cursor, category, level }, res }) {
      const rows = await listCulturalContexts(db, { after: decodeCursor(cursor), limit, category, level })
      const keyOf = ({ contextName }: { contextName: string }) => contextName
      res.json(toPage(rows, { limit, keyOf, present: (context) => context }))
    },
  })
