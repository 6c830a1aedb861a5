import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import { addingSums } from './call-queries.ts'
import { type GroupKey, USAGE_SUMS, type UsageFilter, type UsageGroup } from './usage-report.ts'

const GROUP_COLUMNS = {
  app: 'app_id',
  user: 'user_id',
  purpose: 'purpose',
  model: 'model',
  provider: 'provider',
  day: 'used_on',
} as const satisfies Record<GroupKey, string>

/** The key of the group of all erased learners, where groups are learners. */
const OF_ERASED_LEARNERS = 'erased'

const COUNTED = ['app_id', 'used_on', 'purpose', 'provider', 'model', ...USAGE_SUMS] as const

/** The usage of learners, and of those who were erased. */
const allUsage = (db: Db) =>
  db.selectFrom(({ selectFrom }) =>
    selectFrom('usage_daily')
      .select(COUNTED)
      .select(sql<string | null>`user_id`.as('user_id'))
      .unionAll(
        selectFrom('app_usage_daily').select(COUNTED).select(sql<string | null>`null::uuid`.as('user_id')),
      )
      .as('all_usage'),
  )

const sumOf = (column: string) => sql<number>`sum(${sql.ref(column)})::bigint`

/** One row a group, the dearest first; days in order. */
export async function listUsage(
  db: Db,
  { appId, userId, from, to, groupBy, limit }: UsageFilter,
): Promise<UsageGroup[]> {
  const column = GROUP_COLUMNS[groupBy]
  let query = allUsage(db)
    .select([
      sql<string>`coalesce(${sql.ref(column)}::text, ${OF_ERASED_LEARNERS})`.as('key'),
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

/** Moves the learner's usage to the app, without the learner. Calls that have not ended are deleted uncounted. */
export async function forgetLearnerIn(db: Db, userId: string): Promise<void> {
  await db
    .insertInto('app_usage_daily')
    .columns([...COUNTED])
    .expression(({ selectFrom }) => selectFrom('usage_daily').select(COUNTED).where('user_id', '=', userId))
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'used_on', 'purpose', 'provider', 'model'])
        .doUpdateSet(addingSums('app_usage_daily')),
    )
    .execute()
  await db.deleteFrom('usage_daily').where('user_id', '=', userId).execute()
  await db.deleteFrom('llm_calls').where('user_id', '=', userId).execute()
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
