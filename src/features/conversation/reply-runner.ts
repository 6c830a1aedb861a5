import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import type { RootDb } from '#platform/db/db.ts'
import { databaseUnavailable, isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { replyDelayed } from './errors.ts'
import type { FirstCall } from './first-call.ts'
import {
  type ClaimedReply,
  claimReply,
  dropAllLeases,
  extendLeases,
  listUnattendedReplies,
  releaseReply,
} from './lease-queries.ts'
import type { MessageKey } from './message-queries.ts'
import type { ReplyBus } from './reply-bus.ts'

const HEARTBEAT_MS = 10_000
const SWEEP_MS = 2_000
const SWEEP_LIMIT = 50
const RETRY_DELAY_S = 3
export type ReplyRunner = {
  /** Begins to work on the reply, or queues it. Never throws: who wants the outcome follows the message. */
  start: (message: MessageKey, claim?: ClaimedReply) => void
  /** In whose name a reply may be claimed that is to be started at once; `undefined` while none can be. */
  claimant: () => string | undefined
  /** Takes up what was left unfinished, now and from time to time. */
  resume: () => Promise<void>
  /** Takes no more replies and waits `graceMs` for those in work; the next start takes up what is left. */
  stop: (graceMs: number) => Promise<void>
}

export type ReplyRunnerDeps = {
  db: RootDb
  bus: ReplyBus
  /** Resolves when the reply has ended or is no longer this process's. */
  run: (reply: ClaimedReply) => Promise<void>
  /** True where no other process can have a reply: leases found at start are those of the dead. */
  isOnlyProcess: boolean
  report: (error: unknown, messageId: string) => void
  /** Replies only wait for a model; so many at once keep memory and connections in bounds. */
  maxParallel: number
  firstCall: FirstCall
}

/** Works on the replies of this process. A reply is owned by a lease in its row: the row is the job. */
export function createReplyRunner(deps: ReplyRunnerDeps): ReplyRunner {
  const { db, bus, report, maxParallel } = deps
  const owner = newId()
  const running = new Map<string, { message: MessageKey; done: Promise<void>; startedAtMs: number }>()
  const waiting: { message: MessageKey; claim: ClaimedReply | undefined }[] = []
  const timers: NodeJS.Timeout[] = []
  let isStopped = false

  function start(message: MessageKey, claim?: ClaimedReply): void {
    const { messageId } = message
    if (isStopped || running.has(messageId) || waiting.some((other) => other.message.messageId === messageId))
      return
    if (running.size >= maxParallel) return void waiting.push({ message, claim })
    const done = work(deps, claim ?? { ...message, owner }).finally(() => {
      running.delete(messageId)
      bus.forget(messageId)
      const next = waiting.shift()
      if (next) start(next.message, next.claim)
    })
    running.set(messageId, { message, done, startedAtMs: performance.now() })
  }

  async function sweep(): Promise<void> {
    for (const message of await listUnattendedReplies(db, { owner, limit: SWEEP_LIMIT })) start(message)
  }

  /** A lease that was taken since the last time has time enough; most replies end before. */
  const isOld = ({ startedAtMs }: { startedAtMs: number }) => performance.now() - startedAtMs >= HEARTBEAT_MS
  const heldReplies = () => [
    ...[...running.values()].filter(isOld).map(({ message }) => message),
    ...waiting.flatMap(({ message, claim }) => (claim ? [message] : [])),
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

  return {
    start,
    claimant: () => (isStopped || running.size >= maxParallel ? undefined : owner),
    async resume() {
      if (deps.isOnlyProcess) await dropAllLeases(db)
      await sweep()
      repeat(sweep, SWEEP_MS)
      repeat(() => extendLeases(db, { owner, replies: heldReplies() }), HEARTBEAT_MS)
    },
    async stop(graceMs) {
      isStopped = true
      waiting.length = 0
      for (const timer of timers) clearInterval(timer)
      const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
      await Promise.race([Promise.all([...running.values()].map(({ done }) => done)), grace])
    },
  }
}

async function work(
  { db, bus, run, report, firstCall }: ReplyRunnerDeps,
  message: MessageKey & { owner: string } & Partial<Pick<ClaimedReply, 'attempts' | 'known'>>,
): Promise<void> {
  const { userId, messageId, owner, attempts, known } = message
  const reportOthers = (error: unknown) => {
    if (!isDatabaseUnavailable(error)) report(error, messageId)
  }
  try {
    const claimed =
      attempts === undefined ? await claimReply(db, message) : { userId, messageId, owner, attempts, known }
    if (claimed) await run(claimed)
  } catch (error) {
    report(error, messageId)
    // Told first: when the database is gone, handing the reply back fails too, and the sweep takes it up instead.
    bus.publish(messageId, { type: 'interrupted', error: toInterruption(error) })
    const isRefunded = isBusy(error)
    const release = { userId, messageId, owner, delayS: RETRY_DELAY_S, isRefunded }
    await releaseReply(db, release).catch(reportOthers)
  } finally {
    await firstCall.close(messageId).catch(reportOthers)
  }
}

/** Nothing was wrong with the reply: what it needs was full or away. Such a try does not count against it. */
const isBusy = (error: unknown) =>
  isDatabaseUnavailable(error) || (error instanceof AppError && error.retryAfterS !== undefined)

function toInterruption(error: unknown): AppError {
  return isDatabaseUnavailable(error) ? databaseUnavailable(error) : replyDelayed(error)
}
