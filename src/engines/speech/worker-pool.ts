import { Piscina } from 'piscina'
import { AppError, type AppErrorOptions, type ErrorKind } from '#base/errors.ts'
import { speechFailed, speechOverloaded, speechTimedOut } from './errors.ts'
import { createSlots } from './slots.ts'

/** Errors lose their class between threads, so a worker answers with what an AppError is made of. */
export type Answer =
  | { ok: true; value: unknown }
  | {
      ok: false
      problem: { kind: ErrorKind; code: string; message: string; faults: AppErrorOptions['faults'] }
    }

export type WorkerPool = {
  /** The value of the worker's answer. A worker that dies or takes too long is replaced by a new one. */
  run(task: unknown, signal?: AbortSignal): Promise<unknown>
  readonly waitingCount: number
  close(): Promise<void>
}

export type WorkerPoolOptions = {
  /** A module that exports `answer(task): Promise<Answer>`. */
  worker: URL
  threads: number
  maxQueue: number
  /** From the moment a thread begins with the task. */
  taskTimeoutMs: number
  /** Told how long each task took that was answered. */
  onTask?: (ms: number) => void
}

/** Heap of one worker without the decoder, which lives outside of it; more is a runaway. */
const MAX_HEAP_MB = 512

export function createWorkerPool({
  worker,
  threads,
  maxQueue,
  taskTimeoutMs,
  onTask = () => {},
}: WorkerPoolOptions): WorkerPool {
  const piscina = new Piscina<unknown, Answer>({
    filename: worker.href,
    name: 'answer',
    minThreads: 0,
    maxThreads: threads,
    // A model that was loaded stays loaded.
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  // Waiting happens here and not in the pool, so that the time limit begins with the work.
  const slots = createSlots(threads)

  async function runNow(task: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    signal?.throwIfAborted()
    const startedAt = performance.now()
    const timeout = AbortSignal.timeout(taskTimeoutMs)
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout
    const answer = await piscina.run(task, { signal: either }).catch((error: unknown) => {
      signal?.throwIfAborted()
      throw timeout.aborted ? speechTimedOut() : speechFailed(error)
    })
    onTask(performance.now() - startedAt)
    if (answer.ok) return answer.value
    const { kind, code, message, faults } = answer.problem
    throw new AppError(kind, code, message, faults && { faults })
  }

  return {
    async run(task, signal) {
      if (slots.waitingCount >= maxQueue) throw speechOverloaded(1 + Math.ceil(slots.waitingCount / threads))
      return slots.run(() => runNow(task, signal))
    },
    get waitingCount() {
      return slots.waitingCount
    },
    close: () => piscina.destroy(),
  }
}
