import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import { bothParts, NO_PART, runPart, type StatementPart } from '#platform/db/statement-part.ts'
import { endingCalls, type FinishedCall, startingCalls, takingCallsBack } from './call-queries.ts'

/** A call that the answer to a turn will most likely make. */
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

/** How a call of an app ended, which is on no row yet. */
type KeptEnd = FinishedCall & { appId: string }

/** `placed`: rows whose call was not made yet. */
type OpenTurn = { placed: PlacedCall[]; ends: KeptEnd[] }

type Asked = Pick<ExpectedCall, 'purpose' | 'provider' | 'model'> & { attempt: number }

/** What stands behind `TurnCalls` of the engine for models, and what ledger and budgets have to know of it. */
export type ExpectedCalls = {
  /** The rows, to be written. Nothing is known here until `expect`, since the statement may yet fail. */
  place: (calls: readonly ExpectedCall[], startedAt: Date) => { part: StatementPart; placed: PlacedCall[] }
  expect: (turnId: string, calls: readonly PlacedCall[]) => void
  open: (turnId: string) => void
  /** The row that was written for this very call; `undefined` where another one is made. */
  take: (turnId: string | null, call: Asked) => string | undefined
  /** Keeps the end of a call of an open turn back for `settle`. False: it must be written now. */
  keepEnd: (turnId: string | null, end: KeptEnd) => boolean
  settle: (turn: { turnId: string; isLast: boolean }) => { part: StatementPart; settled: () => void }
  close: (db: Db, turnId: string) => Promise<void>
  /** What calls have cost whose ends are kept back: of the app, and of this user of it. */
  unsettledOf: (caller: { appId: string; userId: string }) => Record<'app' | 'user', number>
  unsettledOfTurns: (turnIds: readonly string[]) => number
}

export function createExpectedCalls(): ExpectedCalls {
  const turns = new Map<string, OpenTurn>()
  const find = (turnId: string | null) => (turnId === null ? undefined : turns.get(turnId))
  const open = (turnId: string): OpenTurn => {
    const turn = turns.get(turnId) ?? { placed: [], ends: [] }
    turns.set(turnId, turn)
    return turn
  }
  return {
    place(calls, startedAt) {
      const placed = calls.map((call) => ({ ...call, rowId: newId() }))
      const rows = placed.map(({ rowId, ...call }) => ({ ...call, callId: rowId, attempt: 1, startedAt }))
      return { part: startingCalls(rows), placed }
    },
    expect(turnId, calls) {
      open(turnId).placed.push(...calls)
    },
    open,
    take(turnId, { attempt, purpose, provider, model }) {
      const turn = find(turnId)
      const isIt = (placed: PlacedCall) =>
        placed.purpose === purpose && placed.provider === provider && placed.model === model
      const call = attempt === 1 ? turn?.placed.find(isIt) : undefined
      if (turn && call) turn.placed = turn.placed.filter((other) => other !== call)
      return call?.rowId
    },
    keepEnd(turnId, end) {
      const turn = find(turnId)
      // What failed may be followed by another attempt, and is told at once.
      if (!turn || end.outcome !== 'completed') return false
      turn.ends.push(end)
      return true
    },
    settle({ turnId, isLast }) {
      const turn = find(turnId)
      if (!turn) return { part: NO_PART, settled: () => {} }
      const ends = [...turn.ends]
      const unmade = isLast ? [...turn.placed] : []
      const settled = () => {
        turn.ends = turn.ends.filter((end) => !ends.includes(end))
        turn.placed = turn.placed.filter((call) => !unmade.includes(call))
      }
      return { part: writing({ ends, placed: unmade }), settled }
    },
    async close(db, turnId) {
      const turn = find(turnId)
      turns.delete(turnId)
      if (turn) await runPart(db, writing(turn))
    },
    unsettledOf({ appId, userId }) {
      const ofApp = [...turns.values()].flatMap(({ ends }) => ends.filter((end) => end.appId === appId))
      return { app: costOf(ofApp), user: costOf(ofApp.filter((end) => end.userId === userId)) }
    },
    unsettledOfTurns: (turnIds) => costOf(turnIds.flatMap((turnId) => find(turnId)?.ends ?? [])),
  }
}

function writing({ ends, placed }: OpenTurn): StatementPart {
  const unmade = placed.map(({ rowId, userId }) => ({ callId: rowId, userId }))
  return bothParts(endingCalls(ends), takingCallsBack(unmade))
}

const costOf = (ends: readonly KeptEnd[]) => ends.reduce((sum, end) => sum + (end.costMicroUsd ?? 0), 0)
