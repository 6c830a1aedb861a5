import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type { GroupKey, UsageFilter, UsageGroup } from './usage-report.ts'

const GROUP_COLUMNS = {
  app: 'app_id',
  user: 'user_id',
  purpose: 'purpose',
  model: 'model',
  provider: 'provider',
  day: 'used_on',
} as const satisfies Record<GroupKey, string>

const sumOf = (column: string) => sql<number>`sum(${sql.ref(column)})::bigint`

/** One row a group, the dearest first; days in order. */
export async function listUsage(
  db: Db,
  { appId, userId, from, to, groupBy, limit }: UsageFilter,
): Promise<UsageGroup[]> {
  const column = GROUP_COLUMNS[groupBy]
  let query = db
    .selectFrom('usage_daily')
    .select([
      sql<string>`${sql.ref(column)}::text`.as('key'),
      sumOf('call_count').as('callCount'),
      sumOf('failed_count').as('failedCount'),
      sumOf('unpriced_count').as('unpricedCount'),
      sumOf('input_tokens').as('inputTokens'),
      sumOf('cached_input_tokens').as('cachedInputTokens'),
      sumOf('output_tokens').as('outputTokens'),
      sumOf('audio_ms').as('audioMs'),
      sumOf('cost_micro_usd').as('costMicroUsd'),
    ])
    .where(sql<boolean>`used_on between ${from}::date and ${to}::date`)
    .groupBy(column)
    .limit(limit)
  if (appId !== undefined) query = query.where('app_id', '=', appId)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  const ordered =
    groupBy === 'day' ? query.orderBy('key') : query.orderBy('costMicroUsd', 'desc').orderBy('key')
  return ordered.execute()
}

/** Micro-USD of all calls that these turns caused; a call without a price counts as nothing. */
export async function costOfTurns(
  db: Db,
  { userId, turnIds }: { userId: string; turnIds: readonly string[] },
): Promise<number> {
  if (turnIds.length === 0) return 0
  const { cost } = await db
    .selectFrom('llm_calls')
    .select(sql<string>`coalesce(sum(cost_micro_usd), 0)`.as('cost'))
    .where('user_id', '=', userId)
    .where('turn_id', 'in', turnIds)
    .executeTakeFirstOrThrow()
  return Number(cost)
}
