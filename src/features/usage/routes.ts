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
    from: z.iso.date(),
    to: z.iso.date(),
    groupBy: z.enum(GROUP_KEYS),
    groups: z.array(
      z.object({
        key: z.string().meta({ description: 'The day, model, purpose, … of this group' }),
        callCount: z.int(),
        failedCount: z
          .int()
          .meta({ description: 'Calls without a complete answer; they may have cost something' }),
        unpricedCount: z
          .int()
          .meta({ description: 'Calls whose cost is not known and not in `costMicroUsd`' }),
        inputTokens: z.int(),
        cachedInputTokens: z.int(),
        outputTokens: z.int(),
        audioMs: z.int(),
        costMicroUsd: z.int().meta({ description: 'Millionths of a US dollar' }),
      }),
    ),
  })
  .meta({ id: 'Usage' })

export function usageRoutes({ db, now }: { db: RootDb; now: () => Date }): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/usage',
      tag: 'Usage',
      summary: 'Tokens and cost of this app',
      description:
        'Of language models and transcribers, the last 30 days when no days are given (UTC, both included). Groups come ' +
        'dearest first, days in order.',
      query: z.object({
        groupBy: z.enum(GROUP_KEYS).default('day'),
        from: dayField().optional(),
        to: dayField().optional(),
        userId: uuidField().optional(),
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
