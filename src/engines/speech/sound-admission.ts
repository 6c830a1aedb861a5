import { speechOverloaded } from './errors.ts'

export type SoundAdmission = {
  /** Throws `speech.overloaded` where sound would wait too long. Returns how the place is given back. */
  admit: () => () => void
  /** How long one task took a thread. */
  measured: (ms: number) => void
}

export type SoundAdmissionOptions = {
  threads: number
  maxWaitMs: number
  /** Tasks that wait for a thread already, also those whose caller does not wait for them. */
  queued: () => number
}

/** Before anything was measured. A recording of a few seconds takes about this. */
const FIRST_GUESS_MS = 500
/** Weight of the newest task in the mean. */
const NEWEST = 0.2

/** Little's law: who comes waits for those before it, each as long as tasks took lately, divided by the threads. */
export function createSoundAdmission({ threads, maxWaitMs, queued }: SoundAdmissionOptions): SoundAdmission {
  let inside = 0
  let meanMs = FIRST_GUESS_MS
  const expectedWaitMs = () => {
    const before = Math.max(inside + 1 - threads, queued(), 0)
    return (before * meanMs) / threads
  }
  return {
    admit() {
      const waitMs = expectedWaitMs()
      if (waitMs > maxWaitMs) throw speechOverloaded(Math.max(1, Math.ceil((waitMs - maxWaitMs / 2) / 1_000)))
      inside += 1
      let isGivenBack = false
      return () => {
        if (!isGivenBack) inside -= 1
        isGivenBack = true
      }
    },
    measured(ms) {
      meanMs += NEWEST * (ms - meanMs)
    },
  }
}
