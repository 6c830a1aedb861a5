import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { RootDb } from '#platform/db/db.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { textField, uuidField } from '#platform/http/fields.ts'
import { decodeCursor, pageOf, pageQuery, toPage } from '#platform/http/paging.ts'
import { hasSituation, listPersonas, listSituations, listVariations } from './catalogue-queries.ts'
import { locationRoutes } from './location-routes.ts'

const Level = z.enum(['beginner', 'intermediate', 'advanced'])

const Version = z
  .int()
  .describe('Which of its texts is served: they are counted from 1 as they are published')

const PersonaAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    avatarModel: z.string().nullable(),
    version: Version,
  })
  .meta({ id: 'Persona' })

const SituationAnswer = z
  .object({
    situationId: z.uuid(),
    name: z.string(),
    category: z.string(),
    difficultyLevel: Level,
    estimatedDurationSeconds: z.int(),
    description: z.string().nullable(),
    learningObjectives: z.array(z.string()),
    locationSpecific: z.boolean(),
    targetLocation: z.string().nullable(),
    locationId: z.uuid().nullable(),
    locationName: z.string().nullable(),
    version: Version,
  })
  .meta({ id: 'Situation' })

const VariationAnswer = z
  .object({
    variationId: z.uuid(),
    name: z.string(),
    specificContext: z.string(),
    aiCharacterRole: z.string().nullable(),
    culturalNotes: z.unknown().describe('By language: `en`, `ko`'),
    vocabularySupport: z.unknown().describe('Words to know, with meanings by language'),
    version: Version,
  })
  .meta({ id: 'Variation' })

const situationNotFound = () => new AppError('not_found', 'situation.not_found', 'There is no such situation')

export function contentRoutes({ db }: { db: RootDb }): Endpoint[] {
  return [personasEndpoint(db), situationsEndpoint(db), variationsEndpoint(db), ...locationRoutes({ db })]
}

const personasEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/personas',
    tag: 'Catalogue',
    summary: 'The characters a learner can talk with',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'By id', schema: pageOf(PersonaAnswer) } },
    async handle({ query: { limit, cursor }, res }) {
      const rows = await listPersonas(db, { after: decodeCursor(cursor), limit })
      res.json(toPage(rows, { limit, keyOf: ({ id }) => id, present: (persona) => persona }))
    },
  })

const situationsEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/situations',
    tag: 'Catalogue',
    summary: 'The situations that can be practised',
    query: z.strictObject({
      ...pageQuery,
      level: Level.optional(),
      category: textField(50).optional(),
      location: textField(100).optional().describe('A `locationName`, or a `targetLocation`'),
    }),
    answers: { 200: { description: 'By name', schema: pageOf(SituationAnswer) } },
    async handle({ query: { limit, cursor, level, category, location }, res }) {
      const rows = await listSituations(db, { after: decodeCursor(cursor), limit, level, category, location })
      res.json(toPage(rows, { limit, keyOf: ({ name }) => name, present: (situation) => situation }))
    },
  })

const variationsEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/situations/{situationId}/variations',
    tag: 'Catalogue',
    summary: 'The stagings of a situation; a practice session plays one',
    params: z.object({ situationId: uuidField() }),
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'By name', schema: pageOf(VariationAnswer) } },
    problems: ['situation.not_found'],
    async handle({ params: { situationId }, query: { limit, cursor }, res }) {
      if (!(await hasSituation(db, situationId))) throw situationNotFound()
      const rows = await listVariations(db, { situationId, after: decodeCursor(cursor), limit })
      res.json(toPage(rows, { limit, keyOf: ({ name }) => name, present: (variation) => variation }))
    },
  })
