/** Rejects with the signal's reason when it aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Twice as long each time, less a random part, so that many clients do not come back together. */
export const backoffMs = (attempt: number, baseMs: number): number =>
  Math.min(baseMs * 2 ** (attempt - 1), 15_000) * (0.5 + Math.random() / 2)
