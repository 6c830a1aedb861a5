export type AdaptiveLimit = {
  readonly places: number
  /** What one newcomer waited before its words were stored, and how many places were taken then. */
  measured: (waitMs: number, taken: number) => void
}

const INTERVAL_MS = 250
/** A class that begins together is never refused: on the slowest engine the last of so many waits about two seconds. */
const MIN_PLACES = 64
/** A queue stands when even the shortest wait of an interval is longer than this, and than what is usual here. */
const TARGET_MS = 150
const USUAL_TIMES = 3
const SHRINK = 0.8
const GROW = 1.05
/** What is usual may rise slowly, for a database that became slower for good: by a quarter in a minute. */
const DRIFT = 1.001

/**
 * How many places there may be, by the measured wait: a standing queue is recognised as in CoDel (RFC 8289), by the
 * minimum over an interval, since a short burst leaves a small minimum. The limit then falls by a factor and otherwise
 * grows (AIMD, Chiu and Jain 1989), never beyond `ceiling`.
 */
export function createAdaptiveLimit(
  ceiling: number,
  now: () => number = () => performance.now(),
): AdaptiveLimit {
  let places = ceiling
  let usualMs = Number.POSITIVE_INFINITY
  let interval = { endsAt: 0, minMs: Number.POSITIVE_INFINITY, mostTaken: 0 }

  function judge({ minMs, mostTaken }: typeof interval): void {
    usualMs = Math.min(usualMs * DRIFT, minMs)
    if (minMs > Math.max(TARGET_MS, USUAL_TIMES * usualMs)) {
      const shrunk = Math.floor(Math.min(places, mostTaken) * SHRINK)
      places = Math.min(ceiling, Math.max(MIN_PLACES, shrunk))
    } else if (mostTaken >= places * SHRINK) {
      places = Math.min(ceiling, Math.max(places + 1, Math.floor(places * GROW)))
    }
  }

  return {
    get places() {
      return places
    },
    measured(waitMs, taken) {
      if (interval.endsAt === 0) interval.endsAt = now() + INTERVAL_MS
      interval.minMs = Math.min(interval.minMs, waitMs)
      interval.mostTaken = Math.max(interval.mostTaken, taken)
      if (now() < interval.endsAt) return
      judge(interval)
      interval = { endsAt: now() + INTERVAL_MS, minMs: Number.POSITIVE_INFINITY, mostTaken: 0 }
    },
  }
}
