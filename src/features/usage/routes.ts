import { z } from 'zod'
import type { RootDb } from '#platform/db/db.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { dayField, uuidField } from '#platform/http/fields.ts'
import { requestInvalid } from '#platform/http/parse.ts'
import { listUsage } from './queries.ts'
import { DEFAULT_DAYS, dayOf, daysBefore, GROUP_KEYS } from './usage-report.ts'

const MAX_GROUPS = 1_000

const UsageAnswer = z
  .object({
    from: z.iso.date().describe('The first day'),
    to: z.iso.date().describe('The last day'),
    groupBy: z.enum(GROUP_KEYS).describe('What the groups are'),
    groups: z
      .array(
        z.object({
          key: z.string().meta({
            description:
              'The day, model, purpose, … of this group; `erased` for all learners that were erased',
          }),
          callCount: z.int().describe('Attempts at a model'),
          failedCount: z
            .int()
            .meta({ description: 'Calls without a complete answer; they may have cost something' }),
          unpricedCount: z
            .int()
            .meta({ description: 'Calls whose cost is not known and not in `costMicroUsd`' }),
          inputTokens: z.int().describe('Tokens in'),
          cachedInputTokens: z.int().describe('Those of them that the vendor had cached'),
          outputTokens: z.int().describe('Tokens out'),
          audioMs: z.int().describe('Sound that was transcribed'),
          costMicroUsd: z.int().meta({ description: 'Millionths of a US dollar' }),
        }),
      )
      .describe('The dearest first, days in order'),
  })
  .meta({ id: 'Usage', description: 'Tokens and cost of an app' })

export function usageRoutes({ db, now }: { db: RootDb; now: () => Date }): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/usage',
      operationId: 'getUsage',
      tag: 'Usage',
      summary: 'Tokens and cost of this app',
      description:
        'Of language models and transcribers, the last 30 days when no days are given (UTC, both included). Groups come ' +
        'dearest first, days in order.',
      query: z.object({
        groupBy: z.enum(GROUP_KEYS).default('day').describe('What the groups are'),
        from: dayField().optional().describe('The first day, UTC'),
        to: dayField().optional().describe('The last day, UTC'),
        userId: uuidField().optional().describe('Only what this learner caused'),
      }),
      answers: { 200: { description: 'Usage by group', schema: UsageAnswer } },
      async handle({ query, identity, res }) {
        const to = query.to ?? dayOf(now())
        const from = query.from ?? dayOf(daysBefore(new Date(to), DEFAULT_DAYS - 1))
        if (from > to) throw requestInvalid([{ path: 'from', message: 'Must not be after `to`' }])
        const { groupBy, userId } = query
        const filter = { appId: identity.appId, userId, from, to, groupBy, limit: MAX_GROUPS }
        res.json({ from, to, groupBy, groups: await listUsage(db, filter) })
      },
    }),
  ]
}
