import type { Db } from '#platform/db/db.ts'
import type { StatementPart } from '#platform/db/statement-part.ts'

/** A call that the answer to a turn will most likely make first for its purpose. */
export type LikelyCall = {
  purpose: string
  promptVersionId: string
  /** Authored lines can not do it. */
  needsModel?: boolean
}

/** A budget of the caller with what was spent of it; whose table it is knows more of it. */
export type ReadBudget = {
  appId: string
  scope: 'app' | 'user'
  softMicroUsd: number | null
  hardMicroUsd: number | null
  spentMicroUsd: number
}

export type PlacedCalls = {
  part: StatementPart
  /** The day whose budgets the first call will be asked about. */
  budgetDay: string
  /**
   * The rows are written, committed or about to be. With budgets that were read on the way the first call need not ask for
   * them.
   */
  expect: (budgets?: readonly ReadBudget[]) => void
}

/** Whose calls they are; `turnId` is that of a turn or of a message. */
export type CallingTurn = { userId: string; appId: string; turnId: string }

/**
 * The rows of the calls that the answer to a turn makes, written by statements which the turn needs anyway: those of
 * likely calls begin with the one that accepts it, and all end with the one that stores the answer. What is on record
 * stays the same: a process that dies in between leaves rows that say a call may have been made.
 */
export type TurnCalls = {
  /** The rows, to be written. */
  place: (db: Db, turn: CallingTurn & { calls: readonly LikelyCall[] }) => Promise<PlacedCalls>
  /** From now on this process answers the turn, and keeps back how its calls end. */
  open: (turnId: string) => void
  /**
   * What was kept back, to be written; with `isLast` what was not made is taken back. Call `settled` once it is
   * committed.
   */
  settle: (turn: { turnId: string; isLast: boolean }) => { part: StatementPart; settled: () => void }
  /** The answer is out of this process's hands: what was not settled is written by itself. */
  close: (turnId: string) => Promise<void>
}
