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
    userId: z.uuid(),
    externalId: z.string(),
    displayName: z.string().nullable(),
    city: z.string().nullable(),
    district: z.string().nullable(),
    languageLevel: LanguageLevel,
    cefrLevel: CefrLevel.nullable().describe('What replies are kept to; null until somebody says it'),
    userType: z.enum(['learner', 'native_tutor', 'admin']),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'User' })

const UserBody = z.strictObject({
  displayName: personText(100).nullable().optional(),
  city: personText(100).nullable().optional(),
  district: personText(100).nullable().optional(),
  languageLevel: LanguageLevel.optional(),
  cefrLevel: CefrLevel.nullable().optional(),
})

export function identityRoutes(deps: { db: RootDb }): Endpoint[] {
  return [
    endpoint({
      method: 'put',
      path: '/users/by-external-id/{externalId}',
      tag: 'Users',
      summary: 'Create or change a learner of this app',
      description:
        'Fields left out keep their value. The same external id always answers with the same `userId`.',
      params: z.object({ externalId: personText(200) }),
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
