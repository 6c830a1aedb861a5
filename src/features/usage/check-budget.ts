import type { Db } from '#platform/db/db.ts'
import { type BudgetScope, type ReachedLimit, reachedLimit, type SpentBudget } from './budget.ts'
import { listSpentBudgets } from './budget-queries.ts'
import { budgetSpent } from './errors.ts'
import { dayOf, secondsUntilNextDay } from './usage-report.ts'

/** A call that found a limit reached. `userId` is null where the budget is the whole app's. */
export type BudgetReached = {
  appId: string
  scope: BudgetScope
  userId: string | null
  usedOn: string
  limit: ReachedLimit
}

export type CheckBudgetDeps = {
  db: Db
  now: () => Date
  onReached: (reached: BudgetReached) => void
  /** What has been spent by calls that are not counted in the database yet. */
  unsettledOf: (caller: { appId: string; userId: string }) => Record<BudgetScope, number>
}

type Caller = { appId: string; userId: string }

/**
 * Throws `usage.budget_spent` when the app or the user has spent what it may cost today. Asked before each call, so a
 * day ends above its limit by what was under way when the limit was reached; calls without a price are in no budget.
 */
export async function checkBudget(deps: CheckBudgetDeps, caller: Caller): Promise<void> {
  const at = deps.now()
  judgeBudgets(deps, {
    ...caller,
    at,
    budgets: await listSpentBudgets(deps.db, { ...caller, on: dayOf(at) }),
  })
}

/** The same for budgets as they were asked for at `at`. */
export function judgeBudgets(
  { onReached, unsettledOf }: CheckBudgetDeps,
  { appId, userId, at, budgets }: Caller & { at: Date; budgets: readonly SpentBudget[] },
): void {
  for (const budget of budgets) {
    const { scope } = budget
    const spentMicroUsd = budget.spentMicroUsd + unsettledOf({ appId, userId })[scope]
    const limit = reachedLimit({ ...budget, spentMicroUsd })
    const usedOn = dayOf(at)
    if (limit) onReached({ appId, scope, userId: scope === 'user' ? userId : null, usedOn, limit })
    if (limit === 'hard') throw budgetSpent(scope, secondsUntilNextDay(at))
  }
}
