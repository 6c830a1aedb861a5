/** The columns that are added up, of `usage_daily` and of `app_usage_daily` alike. */
export const USAGE_SUMS = [
  'call_count',
  'failed_count',
  'unpriced_count',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'audio_ms',
  'cost_micro_usd',
] as const

export const GROUP_KEYS = ['app', 'user', 'purpose', 'model', 'provider', 'day'] as const
export type GroupKey = (typeof GROUP_KEYS)[number]

export type UsageFilter = {
  /** One app; all apps when absent, which only an operator may ask for. */
  appId?: string | undefined
  userId?: string | undefined
  /** Calendar days in UTC, both included. */
  from: string
  to: string
  groupBy: GroupKey
  limit: number
}

/** Costs are of the priced calls only; `unpricedCount` says how many were not. */
export type UsageGroup = {
  key: string
  callCount: number
  failedCount: number
  unpricedCount: number
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  audioMs: number
  costMicroUsd: number
}

const MS_PER_DAY = 86_400_000
export const DEFAULT_DAYS = 30

export const dayOf = (date: Date) => date.toISOString().slice(0, 10)
/** Days are UTC's, so each of them has as many seconds. */
export const secondsUntilNextDay = (date: Date) =>
  Math.ceil((MS_PER_DAY - (date.getTime() % MS_PER_DAY)) / 1_000)
export const daysBefore = (date: Date, days: number) => new Date(date.getTime() - days * MS_PER_DAY)
