import { z } from 'zod'
import type { RootDb } from '#platform/db/db.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { uuidField } from '#platform/http/fields.ts'
import { decodeCursor, pageOf, pageQuery, toPage } from '#platform/http/paging.ts'
import { requestInvalid } from '#platform/http/parse.ts'
import { FACT_KINDS, type Fact } from './fact.ts'
import { eraseAllFacts, eraseFact } from './keep-facts.ts'
import { listFacts } from './queries.ts'

const FactWire = z
  .object({
    factId: z.uuid().describe('Of this fact'),
    kind: z.enum(FACT_KINDS).describe('What it is about'),
    text: z.string().describe('The fact in a few words'),
    evidence: z
      .object({
        conversationId: z.uuid().describe('Where it was said'),
        messageId: z.uuid().describe('In which message'),
        start: z.int().describe('In UTF-16 units of the message'),
        end: z.int().describe('Where the words end'),
      })
      .describe('Where the learner said it; the message may be gone, when its conversation was deleted'),
    createdAt: z.iso.datetime().describe('When it was learnt'),
  })
  .meta({ id: 'Fact', description: 'Something remembered about a learner' })

const TAG = 'Facts about a learner'
const UserParams = z.object({ userId: uuidField().describe('Of the learner') })

export function learnerFactRoutes({ db }: { db: RootDb }): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/users/{userId}/facts',
      operationId: 'listFacts',
      tag: TAG,
      summary: 'What is remembered about a learner from free talk',
      description:
        'Personas are told the newest 20. `rememberFacts: false` in the preferences switches it off.',
      params: UserParams,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'The newest first', schema: pageOf(FactWire) } },
      async handle({ params: { userId }, query: { limit, cursor }, res }) {
        const rows = await listFacts(db, { userId, before: toFactId(decodeCursor(cursor)), limit })
        res.json(toPage(rows, { limit, keyOf: ({ factId }) => factId, present: presentFact }))
      },
    }),
    endpoint({
      method: 'delete',
      path: '/users/{userId}/facts/{factId}',
      operationId: 'deleteFact',
      tag: TAG,
      summary: 'Forget one fact; it is not learnt again from the same words',
      params: UserParams.extend({ factId: uuidField().describe('Of the fact') }),
      answers: { 204: { description: 'Forgotten' } },
      problems: { 404: ['fact.not_found'] },
      async handle({ params, res }) {
        await eraseFact(db, params)
        res.status(204).end()
      },
    }),
    endpoint({
      method: 'delete',
      path: '/users/{userId}/facts',
      operationId: 'deleteAllFacts',
      tag: TAG,
      summary: 'Forget everything; nothing is learnt again from what was said until now',
      params: UserParams,
      answers: { 204: { description: 'Forgotten' } },
      async handle({ params: { userId }, res }) {
        await eraseAllFacts(db, userId)
        res.status(204).end()
      },
    }),
  ]
}

const presentFact = (fact: Fact): z.input<typeof FactWire> => ({
  factId: fact.factId,
  kind: fact.kind,
  text: fact.text,
  evidence: {
    conversationId: fact.conversationId,
    messageId: fact.messageId,
    start: fact.spanStart,
    end: fact.spanEnd,
  },
  createdAt: fact.createdAt.toISOString(),
})

/** Made up by somebody: the database would refuse it with an error of its own. */
function toFactId(key: string | undefined): string | undefined {
  if (key === undefined || z.uuid().safeParse(key).success) return key
  throw requestInvalid([{ path: 'cursor', message: 'Not a cursor that this list gave' }])
}
