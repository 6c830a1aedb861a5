import type { Interrupted } from './live-bus.ts'

/** How often to look when another process has the work. */
const LOOK_AGAIN_MS = 1_000

/** Signals come when they come; the reader takes them when it is ready. */
export function createInbox<Signal>(signal: AbortSignal) {
  let mail: Signal[] = []
  let wake = () => {}
  // Moved on for each wait, not made anew: a reply has hundreds of pieces.
  const lookAgain = setTimeout(() => wake(), LOOK_AGAIN_MS)
  signal.addEventListener('abort', () => wake())
  return {
    put: (item: Signal) => {
      mail.push(item)
      wake()
    },
    take: () => {
      const taken = mail
      mail = []
      return taken
    },
    /** Until there is mail, or it is time to look at what others may have done. */
    wait: () =>
      new Promise<void>((resolve) => {
        if (mail.length > 0 || signal.aborted) return resolve()
        wake = resolve
        lookAgain.refresh()
      }),
    close: () => clearTimeout(lookAgain),
  }
}

/** Throws what made this process leave the work, so that nobody waits for what may take long. */
export function throwInterruption(signals: readonly ({ type: string } | Interrupted)[]): void {
  for (const signal of signals) {
    if (signal.type === 'interrupted' && 'error' in signal) throw signal.error
  }
}
