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
    id: z.string().describe('What `personaId` takes'),
    name: z.string().describe('Name of the character'),
    description: z.string().describe('Who that is'),
    avatarModel: z.string().nullable().describe('Name of a figure, for apps that show one'),
    version: Version,
  })
  .meta({ id: 'Persona', description: 'A character to talk with' })

const SituationAnswer = z
  .object({
    situationId: z.uuid().describe('Of this situation'),
    name: z.string().describe('Its name in the files'),
    category: z.string().describe('What it belongs to'),
    difficultyLevel: Level.describe('How hard it is'),
    estimatedDurationSeconds: z.int().describe('How long it takes'),
    description: z.string().nullable().describe('What it is about'),
    learningObjectives: z.array(z.string()).describe('What it teaches'),
    locationSpecific: z.boolean().describe('Whether it belongs to one place'),
    targetLocation: z.string().nullable().describe('The wider place it is set in'),
    locationId: z.uuid().nullable().describe('The place, where it has one'),
    locationName: z.string().nullable().describe('Its name'),
    version: Version,
  })
  .meta({ id: 'Situation', description: 'Something that can be practised' })

const VariationAnswer = z
  .object({
    variationId: z.uuid().describe('What a practice session takes'),
    name: z.string().describe('Its name in the files'),
    specificContext: z.string().describe('The scene'),
    aiCharacterRole: z.string().nullable().describe('Whom the partner plays'),
    culturalNotes: z.unknown().describe('By language: `en`, `ko`'),
    vocabularySupport: z.unknown().describe('Words to know, with meanings by language'),
    version: Version,
  })
  .meta({ id: 'Variation', description: 'One staging of a situation' })

const situationNotFound = () => new AppError('not_found', 'situation.not_found', 'There is no such situation')

export function contentRoutes({ db }: { db: RootDb }): Endpoint[] {
  return [personasEndpoint(db), situationsEndpoint(db), variationsEndpoint(db), ...locationRoutes({ db })]
}

const personasEndpoint = (db: RootDb) =>
  endpoint({
    method: 'get',
    path: '/personas',
    operationId: 'listPersonas',
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
    operationId: 'listSituations',
    tag: 'Catalogue',
    summary: 'The situations that can be practised',
    query: z.strictObject({
      ...pageQuery,
      level: Level.optional().describe('Only those of this level'),
      category: textField(50).optional().describe('Only those of this category'),
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
    operationId: 'listVariations',
    tag: 'Catalogue',
    summary: 'The stagings of a situation; a practice session plays one',
    params: z.object({ situationId: uuidField().describe('Of the situation') }),
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'By name', schema: pageOf(VariationAnswer) } },
    problems: { 404: ['situation.not_found'] },
    async handle({ params: { situationId }, query: { limit, cursor }, res }) {
      if (!(await hasSituation(db, situationId))) throw situationNotFound()
      const rows = await listVariations(db, { situationId, after: decodeCursor(cursor), limit })
      res.json(toPage(rows, { limit, keyOf: ({ name }) => name, present: (variation) => variation }))
    },
  })
