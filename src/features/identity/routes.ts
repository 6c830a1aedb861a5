import { z } from 'zod'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { uuidField } from '#platform/http/fields.ts'
import { userNotFound } from '#platform/http/identity.ts'
import { decodeIdCursor, pageOf, pageQuery, toPage } from '#platform/http/paging.ts'
import { personText } from '#platform/http/parse.ts'
import { type EraseUserDeps, eraseUser } from './erase-user.ts'
import { putUser } from './put-user.ts'
import { findUser, listUsers } from './queries.ts'
import type { User } from './user.ts'

const LanguageLevel = z.enum(['beginner', 'intermediate', 'advanced'])
const CefrLevel = z.enum(['A1', 'A2', 'B1', 'B2', 'C1', 'C2'])

const UserAnswer = z
  .object({
    userId: z.uuid().describe('Of the learner in this service'),
    externalId: z.string().describe('Your own id for the learner'),
    displayName: z.string().nullable().describe('What the learner is called'),
    city: z.string().nullable().describe('Where the learner lives'),
    district: z.string().nullable().describe('Which part of the city'),
    languageLevel: LanguageLevel.describe('Rough level, which chooses situations'),
    cefrLevel: CefrLevel.nullable().describe('What replies are kept to; null until somebody says it'),
    userType: z.enum(['learner', 'native_tutor', 'admin']).describe('Who the person is'),
    createdAt: z.iso.datetime().describe('When the app first named the learner'),
    updatedAt: z.iso.datetime().describe('When something was last changed'),
  })
  .meta({ id: 'User', description: 'A learner of an app' })

const UserBody = z.strictObject({
  displayName: personText(100).nullable().optional().describe('What the learner is called'),
  city: personText(100).nullable().optional().describe('Where the learner lives'),
  district: personText(100).nullable().optional().describe('Which part of the city'),
  languageLevel: LanguageLevel.optional().describe('Rough level, which chooses situations'),
  cefrLevel: CefrLevel.nullable().optional().describe('What replies are kept to'),
})

export type IdentityRouteDeps = EraseUserDeps

const TAG = 'Users'
const UserParams = z.object({ userId: uuidField().describe('Of the learner') })

export function identityRoutes(deps: IdentityRouteDeps): Endpoint[] {
  return [putEndpoint(deps), listEndpoint(deps), readEndpoint(deps), deleteEndpoint(deps)]
}

const putEndpoint = (deps: IdentityRouteDeps) =>
  endpoint({
    method: 'put',
    path: '/users/by-external-id/{externalId}',
    operationId: 'putUserByExternalId',
    tag: TAG,
    summary: 'Create or change a learner of this app',
    description:
      'Fields left out keep their value. The same external id always answers with the same `userId`.',
    params: z.object({ externalId: personText(200).describe('Your own id for the learner') }),
    body: UserBody,
    answers: {
      200: { description: 'Changed', schema: UserAnswer },
      201: { description: 'Created', schema: UserAnswer },
    },
    async handle({ params: { externalId }, identity: { appId }, readBody, res }) {
      const changes = await readBody()
      const { user, isNew } = await putUser(deps, { appId, externalId, changes })
      res.status(isNew ? 201 : 200).json(presentUser(user))
    },
  })

const listEndpoint = ({ db }: IdentityRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users',
    operationId: 'listUsers',
    tag: TAG,
    summary: 'The learners of this app',
    query: z.strictObject({
      ...pageQuery,
      externalId: personText(200).optional().describe('Only the learner with this id of yours'),
    }),
    answers: { 200: { description: 'Those named last first', schema: pageOf(UserAnswer) } },
    async handle({ query: { limit, cursor, externalId }, identity: { appId }, res }) {
      const rows = await listUsers(db, { appId, externalId, before: decodeIdCursor(cursor), limit })
      res.json(toPage(rows, { limit, keyOf: ({ userId }: User) => userId, present: presentUser }))
    },
  })

const readEndpoint = ({ db }: IdentityRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}',
    operationId: 'getUser',
    tag: TAG,
    summary: 'A learner of this app',
    params: UserParams,
    answers: { 200: { description: 'The learner', schema: UserAnswer } },
    async handle({ params: { userId }, identity: { appId }, res }) {
      const user = await findUser(db, { appId, userId })
      if (!user) throw userNotFound()
      res.json(presentUser(user))
    },
  })

const deleteEndpoint = (deps: IdentityRouteDeps) =>
  endpoint({
    method: 'delete',
    path: '/users/{userId}',
    operationId: 'deleteUser',
    tag: TAG,
    summary: 'Erase a learner, for good',
    description:
      'What is being answered for the learner is given up, and then everything that is held of the learner is gone: ' +
      'sessions, conversations, scores, facts, preferences, recordings with their files, and your own id, which may name ' +
      'a new learner afterwards. What the learner used stays in the usage of the app, without the learner.',
    params: UserParams,
    answers: { 204: { description: 'Erased' } },
    async handle({ params: { userId }, identity: { appId }, res }) {
      await eraseUser(deps, { appId, userId })
      res.status(204).end()
    },
  })

const presentUser = ({ createdAt, updatedAt, ...user }: User): z.output<typeof UserAnswer> => ({
  ...user,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
