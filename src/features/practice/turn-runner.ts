import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import type { RootDb } from '#platform/db/db.ts'
import { databaseUnavailable, isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { turnDelayed } from './errors.ts'
import {
  type ClaimedTurn,
  claimTurn,
  dropAllLeases,
  extendLeases,
  listUnattendedTurns,
  releaseTurn,
} from './lease-queries.ts'
import type { TurnBus } from './turn-bus.ts'
import type { TurnKey } from './turn-queries.ts'

const HEARTBEAT_MS = 10_000
const SWEEP_MS = 2_000
const SWEEP_LIMIT = 50

export type TurnRunner = {
  /** Begins to work on the turn, or queues it. Never throws: who wants the outcome follows the turn. */
  start: (turn: TurnKey) => void
  /** Takes up what was left unfinished, now and from time to time. */
  resume: () => Promise<void>
  /** Takes no more turns and waits `graceMs` for those in work; the next start takes up what is left. */
  stop: (graceMs: number) => Promise<void>
  countRunning: () => number
}

export type TurnRunnerDeps = {
  db: RootDb
  bus: TurnBus
  /** Runs the steps that are left; resolves when the turn has ended or is no longer this process's. */
  run: (turn: ClaimedTurn & { owner: string }) => Promise<void>
  maxParallel: number
  /** True where no other process can have a turn: leases found at start are those of the dead. */
  isOnlyProcess: boolean
  report: (error: unknown, turnId: string) => void
}

/**
 * Works on the turns of this process. A turn is owned by a lease in its row, so a process that dies leaves it to
 * the next, and of several processes one has it. The row is the job: nothing else must be kept in step with it.
 */
export function createTurnRunner(deps: TurnRunnerDeps): TurnRunner {
  const { db, bus, maxParallel, report } = deps
  const owner = newId()
  const running = new Map<string, { turn: TurnKey; done: Promise<void> }>()
  const waiting: TurnKey[] = []
  const timers: NodeJS.Timeout[] = []
  let isStopped = false

  function start(turn: TurnKey): void {
    if (isStopped || running.has(turn.turnId) || waiting.some(({ turnId }) => turnId === turn.turnId)) return
    if (running.size >= maxParallel) return void waiting.push(turn)
    const done = work(deps, owner, turn).finally(() => {
      running.delete(turn.turnId)
      bus.forget(turn.turnId)
      const next = waiting.shift()
      if (next) start(next)
    })
    running.set(turn.turnId, { turn, done })
  }

  async function sweep(): Promise<void> {
    for (const turn of await listUnattendedTurns(db, { owner, limit: SWEEP_LIMIT })) start(turn)
  }

  const runningTurns = () => [...running.values()].map(({ turn }) => turn)
  /** While the database is away there is nothing to do but to try again later. */
  const repeat = (task: () => Promise<void>, everyMs: number) => {
    const timer = setInterval(() => {
      task().catch((error: unknown) => {
        if (!isDatabaseUnavailable(error)) report(error, '')
      })
    }, everyMs)
    timers.push(timer)
  }

  return {
    start,
    async resume() {
      if (deps.isOnlyProcess) await dropAllLeases(db)
      await sweep()
      repeat(sweep, SWEEP_MS)
      repeat(() => extendLeases(db, { owner, turns: runningTurns() }), HEARTBEAT_MS)
    },
    async stop(graceMs) {
      isStopped = true
      waiting.length = 0
      for (const timer of timers) clearInterval(timer)
      const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
      await Promise.race([Promise.all([...running.values()].map(({ done }) => done)), grace])
    },
    countRunning: () => running.size,
  }
}

async function work({ db, bus, run, report }: TurnRunnerDeps, owner: string, turn: TurnKey): Promise<void> {
  try {
    const claimed = await claimTurn(db, { ...turn, owner })
    if (claimed) await run({ ...claimed, owner })
  } catch (error) {
    report(error, turn.turnId)
    // Told first: when the database is gone, handing the turn back fails too, and the sweep takes it up instead.
    bus.publish(turn.turnId, { type: 'interrupted', error: toInterruption(error) })
    const isRefunded = isBusy(error)
    await releaseTurn(db, { ...turn, owner, delayS: RETRY_DELAY_S, isRefunded }).catch(
      (releaseError: unknown) => {
        if (!isDatabaseUnavailable(releaseError)) report(releaseError, turn.turnId)
      },
    )
  }
}

const RETRY_DELAY_S = 3

/** Nothing was wrong with the turn: what it needs was full or away. Such a try does not count against it. */
const isBusy = (error: unknown) =>
  isDatabaseUnavailable(error) || (error instanceof AppError && error.retryAfterS !== undefined)

function toInterruption(error: unknown): AppError {
  return isDatabaseUnavailable(error) ? databaseUnavailable(error) : turnDelayed(error)
}
