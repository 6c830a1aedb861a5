import type { Db } from '#platform/db/db.ts'

/** A call that the answer to a turn will most likely make first for its purpose. */
export type LikelyCall = {
  purpose: string
  promptVersionId: string
  /** Authored lines can not do it. */
  needsModel?: boolean
}

/**
 * The rows of the calls that the answer to a turn makes, written by transactions which the turn needs anyway: those of
 * likely calls begin with the one that accepts it, and all end with the one that stores the answer. What is on record
 * stays the same: a process that dies in between leaves rows that say a call may have been made.
 */
export type TurnCalls = {
  /** Writes the rows. Call what it returns once the transaction is committed. */
  place: (
    tx: Db,
    turn: { userId: string; appId: string; turnId: string; calls: readonly LikelyCall[] },
  ) => Promise<() => void>
  /** From now on this process answers the turn, and keeps back how its calls end. */
  open: (turnId: string) => void
  /** Writes what was kept back, and with `isLast` takes back what was not made. Call what it returns as well. */
  settle: (tx: Db, turn: { turnId: string; isLast: boolean }) => Promise<() => void>
  /** The answer is out of this process's hands: what was not settled is written by itself. */
  close: (turnId: string) => Promise<void>
}
