import { z } from 'zod'
import type { RootDb } from '#platform/db/db.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { personText } from '#platform/http/parse.ts'
import { putUser } from './put-user.ts'
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

export function identityRoutes(deps: { db: RootDb }): Endpoint[] {
  return [
    endpoint({
      method: 'put',
      path: '/users/by-external-id/{externalId}',
      operationId: 'putUserByExternalId',
      tag: 'Users',
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
    }),
  ]
}

const presentUser = ({ createdAt, updatedAt, ...user }: User): z.output<typeof UserAnswer> => ({
  ...user,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
