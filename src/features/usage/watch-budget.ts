import type { BudgetReached } from './check-budget.ts'

export type WatchBudgetDeps = {
  /** Every call that found a limit reached. */
  count: (reached: BudgetReached) => void
  /** Once a day for each limit. */
  warn: (reached: BudgetReached) => void
}

/** Tells the operator of a limit when it is first reached, not again at each call of the day. By process. */
export function createBudgetWatch({ count, warn }: WatchBudgetDeps): (reached: BudgetReached) => void {
  let day = ''
  const told = new Set<string>()
  return (reached) => {
    const { appId, scope, userId, usedOn, limit } = reached
    count(reached)
    // What was told on another day is of no more use, and would only pile up.
    if (usedOn !== day) told.clear()
    day = usedOn
    const key = [appId, scope, userId, limit].join(' ')
    if (told.has(key)) return
    told.add(key)
    warn(reached)
  }
}
