import { type QueryCreator, type RawBuilder, type Selectable, sql } from 'kysely'
import type { DB } from '#platform/db/schema.ts'
import { firstOf, NO_PART, type StatementPart, withNamed } from '#platform/db/statement-part.ts'
import { USAGE_SUMS } from './usage-report.ts'

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

export function startingCalls(calls: readonly StartedCall[]): StatementPart {
  const { length } = calls
  if (length === 0) return NO_PART
  return {
    shape: `start ${length}`,
    given: calls,
    add: (statement, given: readonly StartedCall[]) =>
      statement.with('started_calls', (part) =>
        part.insertInto('llm_calls').values(firstOf(given, length).map(toStartedRow)),
      ),
  }
}

const toStartedRow = (call: StartedCall) => ({
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
})

type CallKey = { userId: string; callId: string }

/** Calls that were never made. */
export function takingCallsBack(calls: readonly CallKey[]): StatementPart {
  const { length } = calls
  if (length === 0) return NO_PART
  const add = (statement: QueryCreator<DB>, given: readonly CallKey[]) => {
    const unmade = firstOf(given, length)
    const userIds = unmade.map(({ userId }) => userId)
    const callIds = unmade.map(({ callId }) => callId)
    return statement.with('unmade_calls', (part) =>
      part
        .deleteFrom('llm_calls')
        .where('user_id', 'in', userIds)
        .where('llm_call_id', 'in', callIds)
        .where('outcome', '=', 'started'),
    )
  }
  return { shape: `take back ${length}`, given: calls, add }
}

/** Completes the rows of calls and counts them into their days; a call that had ended stays as it is. */
export function endingCalls(calls: readonly FinishedCall[]): StatementPart {
  const { length } = calls
  if (length === 0) return NO_PART
  const nameOf = (at: number) => `ended_call_${at}`
  const ended = sql.join(
    calls.map((_, at) => sql`select * from ${sql.table(nameOf(at))}`),
    sql` union all `,
  )
  return {
    shape: `end ${length}`,
    given: calls,
    add: (statement, given: readonly FinishedCall[]) =>
      firstOf(given, length)
        .reduce((before, call, at) => withNamed(before, nameOf(at), (part) => endCall(part, call)), statement)
        .with('counted_calls', (part) => countCalls(part, sql`(${ended})`)),
  }
}

const endCall = (part: QueryCreator<DB>, call: FinishedCall) =>
  part
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
    .returning(COUNTED)

const COUNTED = [
  'user_id',
  'app_id',
  'started_at',
  'purpose',
  'provider',
  'asked_model',
  'outcome',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'audio_ms',
  'cost_micro_usd',
] as const

type CountedCall = Pick<Selectable<DB['llm_calls']>, (typeof COUNTED)[number]>

const countCalls = (part: QueryCreator<DB>, ended: RawBuilder<unknown>) =>
  part
    .insertInto('usage_daily')
    .columns(['user_id', 'app_id', 'used_on', 'purpose', 'provider', 'model', ...USAGE_SUMS])
    .expression((select) =>
      select
        .selectFrom(sql<CountedCall>`${ended}`.as('ended'))
        .select([
          'user_id',
          'app_id',
          sql<string>`(started_at at time zone 'UTC')::date`.as('used_on'),
          'purpose',
          'provider',
          'asked_model as model',
          sql<number>`count(*)`.as('call_count'),
          sql<number>`count(*) filter (where outcome <> 'completed')`.as('failed_count'),
          sql<number>`count(*) filter (where cost_micro_usd is null)`.as('unpriced_count'),
          sql<number>`coalesce(sum(input_tokens), 0)`.as('input_tokens'),
          sql<number>`coalesce(sum(cached_input_tokens), 0)`.as('cached_input_tokens'),
          sql<number>`coalesce(sum(output_tokens), 0)`.as('output_tokens'),
          sql<number>`coalesce(sum(audio_ms), 0)`.as('audio_ms'),
          sql<number>`coalesce(sum(cost_micro_usd), 0)`.as('cost_micro_usd'),
        ])
        .groupBy(['user_id', 'app_id', 'used_on', 'purpose', 'provider', 'asked_model']),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'app_id', 'used_on', 'purpose', 'provider', 'model'])
        .doUpdateSet(addingSums('usage_daily')),
    )

/** Adds a new row's sums to those of the row that is there. */
export const addingSums = (table: 'usage_daily' | 'app_usage_daily') =>
  Object.fromEntries(
    USAGE_SUMS.map((column) => [
      column,
      sql`${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
    ]),
  )
