import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import type { RootDb } from '#platform/db/db.ts'
import { databaseUnavailable, isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { replyDelayed } from './errors.ts'
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
/** Replies only wait for a model; this many at once keep memory and connections in bounds. */
const MAX_PARALLEL = 64

export type ReplyRunner = {
  /** Begins to work on the reply, or queues it. Never throws: who wants the outcome follows the message. */
  start: (message: MessageKey) => void
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
}

/** Works on the replies of this process. A reply is owned by a lease in its row: the row is the job. */
export function createReplyRunner(deps: ReplyRunnerDeps): ReplyRunner {
  const { db, bus, report } = deps
  const owner = newId()
  const running = new Map<string, { message: MessageKey; done: Promise<void> }>()
  const waiting: MessageKey[] = []
  const timers: NodeJS.Timeout[] = []
  let isStopped = false

  function start(message: MessageKey): void {
    const { messageId } = message
    if (isStopped || running.has(messageId) || waiting.some((other) => other.messageId === messageId)) return
    if (running.size >= MAX_PARALLEL) return void waiting.push(message)
    const done = work(deps, owner, message).finally(() => {
      running.delete(messageId)
      bus.forget(messageId)
      const next = waiting.shift()
      if (next) start(next)
    })
    running.set(messageId, { message, done })
  }

  async function sweep(): Promise<void> {
    for (const message of await listUnattendedReplies(db, { owner, limit: SWEEP_LIMIT })) start(message)
  }

  const runningReplies = () => [...running.values()].map(({ message }) => message)
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
      repeat(() => extendLeases(db, { owner, replies: runningReplies() }), HEARTBEAT_MS)
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
  { db, bus, run, report }: ReplyRunnerDeps,
  owner: string,
  message: MessageKey,
): Promise<void> {
  try {
    const claimed = await claimReply(db, { ...message, owner })
    if (claimed) await run(claimed)
  } catch (error) {
    report(error, message.messageId)
    // Told first: when the database is gone, handing the reply back fails too, and the sweep takes it up instead.
    bus.publish(message.messageId, { type: 'interrupted', error: toInterruption(error) })
    const isRefunded = isBusy(error)
    await releaseReply(db, { ...message, owner, delayS: RETRY_DELAY_S, isRefunded }).catch(
      (releaseError: unknown) => {
        if (!isDatabaseUnavailable(releaseError)) report(releaseError, message.messageId)
      },
    )
  }
}

/** Nothing was wrong with the reply: what it needs was full or away. Such a try does not count against it. */
const isBusy = (error: unknown) =>
  isDatabaseUnavailable(error) || (error instanceof AppError && error.retryAfterS !== undefined)

function toInterruption(error: unknown): AppError {
  return isDatabaseUnavailable(error) ? databaseUnavailable(error) : replyDelayed(error)
}
