import { isWorthRetrying } from './errors.ts'

export type RetryLimits = {
  attempts: number
  /** A vendor that asks for a longer pause than this is not waited for. */
  maxRetryAfterS: number
  backoffBaseMs: number
  backoffMaxMs: number
}

/**
 * How long to pause before the next attempt, or undefined when there must be none. Full jitter: anything between
 * nothing and a bound that doubles (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015). A
 * vendor's Retry-After comes first, plus the jitter, so that callers who were refused together do not return together.
 */
export function pauseBeforeRetryMs(
  error: unknown,
  {
    attempt,
    remainingMs,
    limits,
    random,
  }: { attempt: number; remainingMs: number; limits: RetryLimits; random: () => number },
): number | undefined {
  if (!isWorthRetrying(error) || attempt >= limits.attempts) return undefined
  const askedS = error.retryAfterS ?? 0
  if (askedS > limits.maxRetryAfterS) return undefined
  const boundMs = Math.min(limits.backoffMaxMs, limits.backoffBaseMs * 2 ** (attempt - 1))
  const pauseMs = askedS * 1000 + random() * boundMs
  return pauseMs < remainingMs ? pauseMs : undefined
}
