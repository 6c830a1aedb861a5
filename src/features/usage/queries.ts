import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type { GroupKey, UsageFilter, UsageGroup } from './usage-report.ts'

export type StartedCall = {
  callId: string
  userId: string
  appId: string
  turnId: string | null
  purpose: string
  promptVersionId: string | null
  provider: string
  model: string
  attempt: number
  startedAt: Date
}

export type FinishedCall = {
  callId: string
  userId: string
  outcome: 'completed' | 'partial' | 'failed' | 'timed_out' | 'aborted'
  errorCode: string | null
  model: string
  usageBasis: 'reported' | 'estimated' | 'unknown' | 'none'
  inputTokens: number | null
  cachedInputTokens: number | null
  cacheWriteTokens: number | null
  outputTokens: number | null
  reasoningTokens: number | null
  /** Where the vendor bills by length. */
  audioMs: number | null
  priceId: string | null
  costMicroUsd: number | null
  firstTokenMs: number | null
  durationMs: number
  providerRequestId: string | null
  finishedAt: Date
}

export async function insertStartedCalls(db: Db, calls: readonly StartedCall[]): Promise<void> {
  if (calls.length === 0) return
  const rows = calls.map((call) => ({
    user_id: call.userId,
    llm_call_id: call.callId,
    app_id: call.appId,
    turn_id: call.turnId,
    purpose: call.purpose,
    prompt_version_id: call.promptVersionId,
    provider: call.provider,
    model: call.model,
    asked_model: call.model,
    attempt: call.attempt,
    started_at: call.startedAt,
  }))
  await db.insertInto('llm_calls').values(rows).execute()
}

/** Calls of one user that were never made. */
export async function deleteUnmadeCalls(
  db: Db,
  calls: readonly { userId: string; callId: string }[],
): Promise<void> {
  if (calls.length === 0) return
  await db
    .deleteFrom('llm_calls')
    .where(
      'user_id',
      'in',
      calls.map(({ userId }) => userId),
    )
    .where(
      'llm_call_id',
      'in',
      calls.map(({ callId }) => callId),
    )
    .where('outcome', '=', 'started')
    .execute()
}

/** Completes the row of a call and counts it into its day, in one statement; a call that had ended stays as it is. */
export async function updateFinishedCall(db: Db, call: FinishedCall): Promise<void> {
  await db
    .with('ended', (ending) =>
      ending
        .updateTable('llm_calls')
        .set({
          outcome: call.outcome,
          error_code: call.errorCode,
          model: call.model,
          usage_basis: call.usageBasis,
          input_tokens: call.inputTokens,
          cached_input_tokens: call.cachedInputTokens,
          cache_write_tokens: call.cacheWriteTokens,
          output_tokens: call.outputTokens,
          reasoning_tokens: call.reasoningTokens,
          audio_ms: call.audioMs,
          price_id: call.priceId,
          cost_micro_usd: call.costMicroUsd,
          first_token_ms: call.firstTokenMs,
          duration_ms: call.durationMs,
          provider_request_id: call.providerRequestId,
          finished_at: call.finishedAt,
        })
        .where('user_id', '=', call.userId)
        .where('llm_call_id', '=', call.callId)
        .where('outcome', '=', 'started')
        .returningAll(),
    )
    .insertInto('usage_daily')
    .columns([
      'user_id',
      'app_id',
      'used_on',
      'purpose',
      'provider',
      'model',
      'call_count',
      'failed_count',
      'unpriced_count',
      'input_tokens',
      'cached_input_tokens',
      'output_tokens',
      'audio_ms',
      'cost_micro_usd',
    ])
    .expression((select) =>
      select
        .selectFrom('ended')
        .select([
          'user_id',
          'app_id',
          sql<string>`(started_at at time zone 'UTC')::date`.as('used_on'),
          'purpose',
          'provider',
          'asked_model as model',
          sql<number>`1`.as('call_count'),
          sql<number>`(outcome <> 'completed')::int`.as('failed_count'),
          sql<number>`(cost_micro_usd is null)::int`.as('unpriced_count'),
          sql<number>`coalesce(input_tokens, 0)`.as('input_tokens'),
          sql<number>`coalesce(cached_input_tokens, 0)`.as('cached_input_tokens'),
          sql<number>`coalesce(output_tokens, 0)`.as('output_tokens'),
          sql<number>`coalesce(audio_ms, 0)`.as('audio_ms'),
          sql<number>`coalesce(cost_micro_usd, 0)`.as('cost_micro_usd'),
        ]),
    )
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'app_id', 'used_on', 'purpose', 'provider', 'model']).doUpdateSet({
        call_count: sql`usage_daily.call_count + excluded.call_count`,
        failed_count: sql`usage_daily.failed_count + excluded.failed_count`,
        unpriced_count: sql`usage_daily.unpriced_count + excluded.unpriced_count`,
        input_tokens: sql`usage_daily.input_tokens + excluded.input_tokens`,
        cached_input_tokens: sql`usage_daily.cached_input_tokens + excluded.cached_input_tokens`,
        output_tokens: sql`usage_daily.output_tokens + excluded.output_tokens`,
        audio_ms: sql`usage_daily.audio_ms + excluded.audio_ms`,
        cost_micro_usd: sql`usage_daily.cost_micro_usd + excluded.cost_micro_usd`,
      }),
    )
    .execute()
}

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
