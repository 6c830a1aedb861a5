import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import type { Db, RootDb } from './db/db.ts'
import { databaseUnavailable, isDatabaseUnavailable } from './db/error-codes.ts'
import type { Interrupted } from './live-bus.ts'

export type LeaseTimes = {
  /** How often leases are extended; a third of a lease at most. */
  heartbeatMs: number
  /** How often work is looked for that nobody does. */
  sweepMs: number
  /** How long work rests that met trouble of ours. */
  retryDelayS: number
}

export const LEASE_TIMES: LeaseTimes = { heartbeatMs: 10_000, sweepMs: 2_000, retryDelayS: 3 }

const SWEEP_LIMIT = 50
/** For work that is told to leave, to put away what it has done. */
const LEAVE_MS = 1_000
/** For work that is cancelled, to end the step it is in. */
const CANCEL_MS = 5_000

/** What is worked on, by whoever has the lease in its row. Who claims it when it is made may know more of it. */
export type Claimed<Key> = Key & { owner: string; attempts: number }

/** The leases in the rows of one table. */
export type Leases<Key, Claim extends Claimed<Key> = Claimed<Key>> = {
  /** Takes one that nobody works on. `undefined`: another process has it, or it has ended. */
  claim: (db: Db, key: Key & { owner: string }) => Promise<Claim | undefined>
  /** Unfinished ones that nobody else works on, oldest first. */
  listUnattended: (db: Db, input: { owner: string; limit: number }) => Promise<Key[]>
  /** Gives up every lease. Only right where no other process can be alive: on the embedded database, at start. */
  dropAll: (db: Db) => Promise<void>
  extend: (db: Db, input: { owner: string; keys: Key[] }) => Promise<void>
  /** Hands one back, to be taken again after `delayS` seconds. With `isRefunded` the attempt does not count. */
  release: (db: Db, key: Key & { owner: string; delayS: number; isRefunded: boolean }) => Promise<void>
}

/**
 * Why work may have to end early; whoever can ends by throwing the signal's reason. `leaving`: the process is about to
 * end, so nothing may be waited for. `cancelled`: the work itself is no longer wanted, so no further step may begin.
 */
export type Stopping = { leaving: AbortSignal; cancelled: AbortSignal }

export type LeaseRunner<Key, Claim extends Claimed<Key> = Claimed<Key>> = {
  /** Begins to work on it, or queues it. Never throws: who wants the outcome follows the bus. */
  start: (key: Key, claim?: Claim) => void
  /** In whose name something may be claimed that is to be started at once; `undefined` while nothing can be. */
  claimant: () => string | undefined
  /** Takes up what was left unfinished, now and from time to time. */
  resume: () => Promise<void>
  /**
   * Ends the work of this process that is meant, and waits until it has ended, a few seconds at most. Those who follow it
   * are told `reason`. What is not to be taken up again must be gone from the table soon after.
   */
  cancel: (isMeant: (key: Key) => boolean, reason: AppError) => Promise<void>
  /** Takes no more and waits `graceMs` for what is in work; what is left then is handed back. */
  stop: (graceMs: number) => Promise<void>
  countRunning: () => number
}

export type LeaseRunnerDeps<Key, Claim extends Claimed<Key> = Claimed<Key>> = {
  db: RootDb
  leases: Leases<Key, Claim>
  idOf: (key: Key) => string
  bus: { publish: (id: string, signal: Interrupted) => void; forget: (id: string) => void }
  /** Resolves when it has ended or is no longer this process's. */
  run: (claim: Claim, stopping: Stopping) => Promise<void>
  /** Ends what a model is saying in it just now. */
  dismiss: (id: string) => void
  /** Before and after every run of this process. */
  calls: { open: (id: string) => void; close: (id: string) => Promise<void> }
  /** What those who follow are told of trouble of ours. */
  delayed: (cause: unknown) => AppError
  maxParallel: number
  times: LeaseTimes
  /** True where no other process can have a lease: those found at start are those of the dead. */
  isOnlyProcess: boolean
  report: (error: unknown, id: string) => void
}

/**
 * Works on rows of a table, each owned by a lease in it: a process that dies leaves it to the next, and of several
 * processes one has it. The row is the job: nothing else must be kept in step with it.
 */
export function createLeaseRunner<Key, Claim extends Claimed<Key>>(
  deps: LeaseRunnerDeps<Key, Claim>,
): LeaseRunner<Key, Claim> {
  const { db, leases, idOf, bus, report, maxParallel, times } = deps
  const owner = newId()
  type Running = { key: Key; done: Promise<void>; cancelling: AbortController; startedAtMs: number }
  const running = new Map<string, Running>()
  /** In the order they came. */
  const waiting = new Map<string, { key: Key; claim: Claim | undefined }>()
  const timers: NodeJS.Timeout[] = []
  const leaving = new AbortController()
  let isStopped = false

  function start(key: Key, claim?: Claim): void {
    const id = idOf(key)
    if (isStopped || running.has(id) || waiting.has(id)) return
    if (running.size >= maxParallel) return void waiting.set(id, { key, claim })
    const cancelling = new AbortController()
    const stopping = { leaving: leaving.signal, cancelled: cancelling.signal }
    const done = work(deps, { key, claim, owner, stopping }).finally(() => {
      running.delete(id)
      bus.forget(id)
      startNext()
    })
    running.set(id, { key, done, cancelling, startedAtMs: performance.now() })
  }

  function startNext(): void {
    const [first] = waiting
    if (!first) return
    const [id, { key, claim }] = first
    waiting.delete(id)
    start(key, claim)
  }

  async function sweep(): Promise<void> {
    for (const key of await leases.listUnattended(db, { owner, limit: SWEEP_LIMIT })) start(key)
  }

  /** A lease that was taken since the last time has time enough; most work ends before. */
  const isOld = ({ startedAtMs }: { startedAtMs: number }) =>
    performance.now() - startedAtMs >= times.heartbeatMs
  const held = () => [
    ...[...running.values()].filter(isOld).map(({ key }) => key),
    ...[...waiting.values()].flatMap(({ key, claim }) => (claim ? [key] : [])),
  ]
  /** While the database is away there is nothing to do but to try again later. */
  const repeat = (task: () => Promise<void>, everyMs: number) => {
    const timer = setInterval(() => {
      task().catch((error: unknown) => {
        if (!isDatabaseUnavailable(error)) report(error, '')
      })
    }, everyMs)
    timers.push(timer)
  }
  const allDone = () => Promise.all([...running.values()].map(({ done }) => done))

  return {
    start,
    claimant: () => (isStopped || running.size >= maxParallel ? undefined : owner),
    async resume() {
      if (deps.isOnlyProcess) await leases.dropAll(db)
      await sweep()
      repeat(sweep, times.sweepMs)
      repeat(() => leases.extend(db, { owner, keys: held() }), times.heartbeatMs)
    },
    async cancel(isMeant, reason) {
      for (const [id, { key }] of waiting) if (isMeant(key)) waiting.delete(id)
      const meant = [...running].filter(([, { key }]) => isMeant(key))
      for (const [id, { cancelling }] of meant) {
        cancelling.abort(reason)
        deps.dismiss(id)
      }
      await Promise.race([Promise.all(meant.map(([, { done }]) => done)), pause(CANCEL_MS)])
    },
    async stop(graceMs) {
      isStopped = true
      waiting.clear()
      for (const timer of timers) clearInterval(timer)
      await Promise.race([allDone(), pause(graceMs)])
      leaving.abort(deps.delayed(undefined))
      await Promise.race([allDone(), pause(LEAVE_MS)])
    },
    countRunning: () => running.size,
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

type Work<Key, Claim> = { key: Key; claim: Claim | undefined; owner: string; stopping: Stopping }

async function work<Key, Claim extends Claimed<Key>>(
  { db, leases, idOf, bus, run, calls, delayed, report, times }: LeaseRunnerDeps<Key, Claim>,
  { key, claim, owner, stopping }: Work<Key, Claim>,
): Promise<void> {
  const id = idOf(key)
  const reportOthers = (error: unknown) => {
    if (!isDatabaseUnavailable(error)) report(error, id)
  }
  calls.open(id)
  try {
    const claimed = claim ?? (await leases.claim(db, { ...key, owner }))
    if (claimed) await run(claimed, stopping)
  } catch (error) {
    const isTold = error === stopping.leaving.reason || error === stopping.cancelled.reason
    if (!isTold) report(error, id)
    // Told first: when the database is gone, handing it back fails too, and the sweep takes it up instead.
    bus.publish(id, { type: 'interrupted', error: interruptionBy(error, { isTold, delayed }) })
    const release = { ...key, owner, delayS: times.retryDelayS, isRefunded: isBusy(error) }
    await leases.release(db, release).catch(reportOthers)
  } finally {
    await calls.close(id).catch(reportOthers)
  }
}

function interruptionBy(
  error: unknown,
  { isTold, delayed }: { isTold: boolean; delayed: (cause: unknown) => AppError },
): AppError {
  if (isTold && error instanceof AppError) return error
  return isDatabaseUnavailable(error) ? databaseUnavailable(error) : delayed(error)
}

/** Nothing was wrong with it: what it needs was full or away. Such a try does not count against it. */
const isBusy = (error: unknown) =>
  isDatabaseUnavailable(error) ||
  (error instanceof AppError && error.retryAfterS !== undefined && !error.suspectsInput)
