import { type CheckBudgetDeps, checkBudget } from './check-budget.ts'

type Caller = { appId: string; userId: string; turnId: string | null }

export type BudgetGate = {
  /** Throws `usage.budget_spent`. */
  mayCall: (caller: Caller) => Promise<void>
  /** Asks for the first call of a turn now, while what it says is still being gathered, so that it need not wait. */
  foresee: (caller: Caller & { turnId: string }) => void
  /** The turn has ended, whether it made that call or not. */
  forget: (turnId: string) => void
}

/** `checkBudget`, once for each call. */
export function createBudgetGate(deps: CheckBudgetDeps): BudgetGate {
  const foreseen = new Map<string, Promise<void>>()
  return {
    mayCall({ turnId, ...caller }) {
      const asked = turnId === null ? undefined : foreseen.get(turnId)
      if (turnId !== null) foreseen.delete(turnId)
      return asked ?? checkBudget(deps, caller)
    },
    foresee(caller) {
      const asked = checkBudget(deps, caller)
      // The call is told; without one there is nobody to tell.
      asked.catch(() => {})
      foreseen.set(caller.turnId, asked)
    },
    forget: (turnId) => void foreseen.delete(turnId),
  }
}
