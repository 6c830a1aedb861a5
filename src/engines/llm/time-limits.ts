import { llmAborted, llmTimedOut } from './errors.ts'

export type TimeLimits = {
  /** Aborts with `llm.timed_out` or `llm.aborted` as its reason. */
  signal: AbortSignal
  /** Text came: from now on only the idle limit and the total count. */
  progressed(): void
  stop(): void
}

/** The vendors' own time limits end with the headers; these cover the body as well. */
export function startTimeLimits(
  { totalMs, firstTokenMs, idleMs }: { totalMs: number; firstTokenMs: number; idleMs: number },
  callerSignal: AbortSignal | undefined,
): TimeLimits {
  const controller = new AbortController()
  const expire = (limit: string) => controller.abort(llmTimedOut(new Error(`the ${limit} limit passed`)))
  const giveUp = () => controller.abort(llmAborted(callerSignal?.reason))
  const total = setTimeout(expire, totalMs, 'total')
  let silence = setTimeout(expire, firstTokenMs, 'first token')
  let hasProgressed = false
  callerSignal?.addEventListener('abort', giveUp, { once: true })
  if (callerSignal?.aborted) giveUp()
  return {
    signal: controller.signal,
    progressed() {
      // A reply has hundreds of pieces: the timer is moved on, not made anew.
      if (hasProgressed) return void silence.refresh()
      hasProgressed = true
      clearTimeout(silence)
      silence = setTimeout(expire, idleMs, 'idle')
    },
    stop() {
      clearTimeout(total)
      clearTimeout(silence)
      callerSignal?.removeEventListener('abort', giveUp)
    },
  }
}

/**
 * The same events, but ends with the signal's reason as soon as it aborts, even when the source never answers
 * again. The source is told to stop either way and not waited for.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let giveUp = (_reason: unknown) => {}
  const onAbort = () => giveUp(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    while (true) {
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject
        if (signal.aborted) return reject(signal.reason)
        iterator.next().then(resolve, reject)
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    iterator.return?.().catch(() => undefined)
  }
}
