import type { Logger } from 'pino'
import type { CircuitChange } from '#engines/llm/circuits.ts'
import type { FallenBack } from '#engines/llm/gateway.ts'
import type { ObserveCall } from '#features/usage/index.ts'
import type { Metrics } from '#platform/metrics.ts'

const CIRCUIT_STATES: Record<CircuitChange['state'], number> = { closed: 0, half_open: 1, open: 2 }

/** What /metrics tells of a call that has ended, of models and transcribers alike. */
export function observeCall(metrics: Metrics, log: Logger): ObserveCall {
  return (call) => {
    tellRefusal(call, log)
    const { provider, model, purpose, outcome, durationMs, usage, costMicroUsd } = call
    const labels = { purpose, provider, model }
    metrics.llmCalls.observe({ ...labels, outcome }, durationMs / 1000)
    metrics.llmAttempts.inc({ ...labels, outcome })
    if ('firstTokenMs' in call && call.firstTokenMs !== null) {
      metrics.llmFirstToken.observe({ ...labels, outcome }, call.firstTokenMs / 1000)
    }
    const counts = {
      input: usage.inputTokens,
      output: usage.outputTokens,
      cached_input: usage.cachedInputTokens,
      cache_write: usage.cacheWriteTokens,
      reasoning: usage.reasoningTokens,
    }
    for (const [kind, count] of Object.entries(counts)) {
      if (count) metrics.llmTokens.inc({ ...labels, kind }, count)
    }
    metrics.llmUsageBasis.inc({ ...labels, basis: usage.basis })
    if (costMicroUsd === null) metrics.llmUnpricedCalls.inc({ provider, model })
    else metrics.llmCost.inc(labels, costMicroUsd)
  }
}

/** The same call fails until somebody does something about the key, the account or the name of the model. */
function tellRefusal({ errorCode, ...call }: Parameters<ObserveCall>[0], log: Logger): void {
  if (errorCode !== 'llm.rejected') return
  const { provider, model, purpose, providerRequestId } = call
  log.error(
    { provider, model, purpose, providerRequestId },
    'a model refuses the service: check its key, account and name',
  )
}

export const observeFallback =
  (metrics: Metrics) =>
  ({ purpose, from, to }: FallenBack) =>
    metrics.llmFallbacks.inc({
      purpose,
      from: `${from.provider.name}/${from.model}`,
      to: `${to.provider.name}/${to.model}`,
    })

export const observeCircuit =
  (metrics: Metrics) =>
  ({ key, state }: CircuitChange) =>
    metrics.llmCircuits.set({ target: key }, CIRCUIT_STATES[state])
