import type { SpentBudget } from './budget.ts'
import { type CheckBudgetDeps, checkBudget, judgeBudgets } from './check-budget.ts'

type Caller = { appId: string; userId: string; turnId: string | null }

/** Budgets that were read for the first call of a turn along with something else, by `spentBudgets`. */
export type ReadAhead = { at: Date; budgets: readonly SpentBudget[] }

export type BudgetGate = {
  /** Throws `usage.budget_spent`. */
  mayCall: (caller: Caller) => Promise<void>
  /** The turn makes its first call by what was read ahead. */
  keep: (turnId: string, read: ReadAhead) => void
  /** The turn has ended, whether it made that call or not. */
  forget: (turnId: string) => void
}

/** `checkBudget`, once for each call. */
export function createBudgetGate(deps: CheckBudgetDeps): BudgetGate {
  const kept = new Map<string, ReadAhead>()
  return {
    async mayCall({ turnId, ...caller }) {
      const read = turnId === null ? undefined : kept.get(turnId)
      if (turnId !== null) kept.delete(turnId)
      if (read) judgeBudgets(deps, { ...caller, ...read })
      else await checkBudget(deps, caller)
    },
    keep: (turnId, read) => void kept.set(turnId, read),
    forget: (turnId) => void kept.delete(turnId),
  }
}
