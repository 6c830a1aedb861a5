import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import { deleteUnmadeCall, type FinishedCall, insertStartedCall, updateFinishedCall } from './queries.ts'

/** The first call that the answer to a turn will most likely make. */
export type ExpectedCall = {
  userId: string
  appId: string
  turnId: string
  purpose: string
  provider: string
  model: string
  promptVersionId: string | null
}

/** One whose row is written; of this process alone. */
export type PlacedCall = ExpectedCall & { rowId: string }

type Pending = PlacedCall & {
  takenBy: string | undefined
  ended: FinishedCall | undefined
  isSettled: boolean
}
type Asked = Pick<ExpectedCall, 'purpose' | 'provider' | 'model'> & { callId: string; attempt: number }

/**
 * Lets the row of a turn's first call be written by the transaction that accepts the turn, and its end by the one that
 * stores the reply, so that a turn costs two commits. What is on record stays the same: a process that dies in between
 * leaves a row that says a call may have been made.
 */
export type ExpectedCalls = {
  /** Writes the row. Nothing is known here until `expect`, since the transaction may yet fail. */
  place: (tx: Db, call: ExpectedCall & { startedAt: Date }) => Promise<PlacedCall>
  expect: (call: PlacedCall) => void
  /** The row that was written for this very call; `undefined` where another one is made. */
  take: (turnId: string | null, call: Asked) => string | undefined
  /** Keeps the end of a call back for `settle`. False: it must be written now. */
  keepEnd: (turnId: string | null, end: FinishedCall) => boolean
  /** Writes what was kept back, in the transaction that stores the reply. Call what it returns once that is committed. */
  settle: (tx: Db, turnId: string) => Promise<() => void>
  /** The turn is no longer this process's: what was not settled is written, what was not made is taken back. */
  close: (db: Db, turnId: string) => Promise<void>
}

export function createExpectedCalls(): ExpectedCalls {
  const pending = new Map<string, Pending>()
  const find = (turnId: string | null) => (turnId === null ? undefined : pending.get(turnId))
  const write = async (db: Db, { takenBy, ended, rowId, userId }: Pending) => {
    if (ended) await updateFinishedCall(db, ended)
    else if (takenBy === undefined) await deleteUnmadeCall(db, { userId, callId: rowId })
  }
  return {
    async place(tx, { startedAt, ...call }) {
      const rowId = newId()
      await insertStartedCall(tx, { ...call, callId: rowId, attempt: 1, startedAt })
      return { ...call, rowId }
    },
    expect(call) {
      pending.set(call.turnId, { ...call, takenBy: undefined, ended: undefined, isSettled: false })
    },
    take(turnId, { callId, attempt, purpose, provider, model }) {
      const call = find(turnId)
      const isIt = call?.purpose === purpose && call.provider === provider && call.model === model
      if (!isIt || call.takenBy !== undefined || attempt !== 1) return undefined
      call.takenBy = callId
      return call.rowId
    },
    keepEnd(turnId, end) {
      const call = find(turnId)
      // What failed may be followed by another attempt, whose budget has to know of it.
      if (call?.rowId !== end.callId || end.outcome !== 'completed') return false
      call.ended = end
      return true
    },
    async settle(tx, turnId) {
      const call = find(turnId)
      if (call) await write(tx, call)
      return () => {
        if (call) call.isSettled = true
      }
    },
    async close(db, turnId) {
      const call = find(turnId)
      pending.delete(turnId)
      if (call && !call.isSettled) await write(db, call)
    },
  }
}
