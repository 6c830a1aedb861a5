import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhenResult,
} from 'cockatiel'
import { isWorthRetrying } from './errors.ts'

export type CircuitLimits = {
  /** So many outages in a row, and the model is not asked for a while. */
  failuresToOpen: number
  /** The first while; doubled, with jitter, each time the one call that is let through then fails too. */
  openMs: number
  maxOpenMs: number
}

export const DEFAULT_CIRCUIT_LIMITS: CircuitLimits = { failuresToOpen: 5, openMs: 5_000, maxOpenMs: 60_000 }

/** Which models are known to be down, for all calls of the process. */
export type Circuits = {
  /** `undefined` at once while the model is down or its probe is under way. */
  run<Tried>(key: string, attempt: () => Promise<Tried>): Promise<Tried | undefined>
}

export type CircuitChange = { key: string; state: 'open' | 'half_open' | 'closed' }

export function createCircuits(
  limits: CircuitLimits = DEFAULT_CIRCUIT_LIMITS,
  report: (change: CircuitChange) => void = () => {},
): Circuits {
  const circuits = new Map<string, ReturnType<typeof open>>()

  function open(key: string) {
    const circuit = circuitBreaker(
      handleWhenResult((result) => isOutage(result)),
      {
        breaker: new ConsecutiveBreaker(limits.failuresToOpen),
        halfOpenAfter: new ExponentialBackoff({ initialDelay: limits.openMs, maxDelay: limits.maxOpenMs }),
      },
    )
    circuit.onBreak(() => report({ key, state: 'open' }))
    circuit.onHalfOpen(() => report({ key, state: 'half_open' }))
    circuit.onReset(() => report({ key, state: 'closed' }))
    circuits.set(key, circuit)
    return circuit
  }

  return {
    async run<Tried>(key: string, attempt: () => Promise<Tried>) {
      const circuit = circuits.get(key) ?? open(key)
      // The library would let this call wait for the probe, which may take as long as a model that hangs.
      if (circuit.state === CircuitState.HalfOpen) return undefined
      let begun: Promise<Tried> | undefined
      const result = await circuit
        .execute(() => {
          begun = attempt()
          return begun
        })
        .catch((error: unknown) => {
          if (begun) throw error
          return undefined
        })
      return result
    },
  }
}

/** The model could not answer; a request that it refused, or that was given up, says nothing of the model. */
function isOutage(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('error' in result)) return false
  return isWorthRetrying(result.error)
}
