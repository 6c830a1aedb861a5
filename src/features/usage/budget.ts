export const BUDGET_SCOPES = ['app', 'user'] as const
/** The whole app, or each single user of it. */
export type BudgetScope = (typeof BUDGET_SCOPES)[number]

/** For one calendar day in UTC. Null is no limit, which is not the same as a limit of nothing. */
export type BudgetLimits = { softMicroUsd: number | null; hardMicroUsd: number | null }

export type Budget = BudgetLimits & { appId: string; scope: BudgetScope }

export type SpentBudget = Budget & { spentMicroUsd: number }

/** `soft` is only told, `hard` refuses. */
export type ReachedLimit = 'soft' | 'hard'

export function reachedLimit({
  softMicroUsd,
  hardMicroUsd,
  spentMicroUsd,
}: SpentBudget): ReachedLimit | undefined {
  if (hardMicroUsd !== null && spentMicroUsd >= hardMicroUsd) return 'hard'
  return softMicroUsd !== null && spentMicroUsd >= softMicroUsd ? 'soft' : undefined
}

const MICRO = 1_000_000
const MICRO_DIGITS = 6
const DOLLARS = /^(\d{1,9})(?:\.(\d{1,6}))?$/

/** By its digits, because a product of fractions would round; undefined for what is no amount of dollars. */
export function parseDollars(text: string): number | undefined {
  const [, whole, fraction = ''] = DOLLARS.exec(text) ?? []
  if (whole === undefined) return undefined
  return Number(whole) * MICRO + Number(fraction.padEnd(MICRO_DIGITS, '0'))
}

/** Two decimals at least, as money is written, and as many more as the amount has. */
export const formatDollars = (microUsd: number): string =>
  (microUsd / MICRO).toFixed(MICRO_DIGITS).replace(/0{1,4}$/, '')
