import { type CheckBudgetDeps, checkBudget } from './check-budget.ts'

type Caller = { appId: string; userId: string; turnId: string | null }

export type BudgetGate = {
  /** Throws `usage.budget_spent`. */
  mayCall: (caller: Caller) => Promise<void>
  /** Asks for the first call of a turn now, while what it says is still being gathered. Not inside a transaction. */
  ask: (caller: Caller) => AskedAhead
  /** The turn makes its first call by what was asked ahead. */
  keep: (turnId: string, asked: AskedAhead) => void
  /** The turn has ended, whether it made that call or not. */
  forget: (turnId: string) => void
}

export type AskedAhead = { answer: Promise<void> }

/** `checkBudget`, once for each call. */
export function createBudgetGate(deps: CheckBudgetDeps): BudgetGate {
  const kept = new Map<string, AskedAhead>()
  return {
    mayCall({ turnId, ...caller }) {
      const asked = turnId === null ? undefined : kept.get(turnId)
      if (turnId !== null) kept.delete(turnId)
      return asked?.answer ?? checkBudget(deps, caller)
    },
    ask(caller) {
      const answer = checkBudget(deps, caller)
      // The call is told; without one there is nobody to tell.
      answer.catch(() => {})
      return { answer }
    },
    keep: (turnId, asked) => void kept.set(turnId, asked),
    forget: (turnId) => void kept.delete(turnId),
  }
}
