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
