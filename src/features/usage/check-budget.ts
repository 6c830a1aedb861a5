import type { Db } from '#platform/db/db.ts'
import { type BudgetScope, type ReachedLimit, reachedLimit } from './budget.ts'
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

/**
 * Throws `usage.budget_spent` when the app or the user has spent what it may cost today. Asked before each call, so a
 * day ends above its limit by what was under way when the limit was reached; calls without a price are in no budget.
 */
export async function checkBudget(
  { db, now, onReached, unsettledOf }: CheckBudgetDeps,
  { appId, userId }: { appId: string; userId: string },
): Promise<void> {
  const at = now()
  const usedOn = dayOf(at)
  for (const budget of await listSpentBudgets(db, { appId, userId, on: usedOn })) {
    const { scope } = budget
    const spentMicroUsd = budget.spentMicroUsd + unsettledOf({ appId, userId })[scope]
    const limit = reachedLimit({ ...budget, spentMicroUsd })
    if (limit) onReached({ appId, scope, userId: scope === 'user' ? userId : null, usedOn, limit })
    if (limit === 'hard') throw budgetSpent(scope, secondsUntilNextDay(at))
  }
}
