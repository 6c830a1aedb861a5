import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

const HTTP_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** A registry of its own, so that several apps in one process (tests) do not share counts. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    httpRequests: new Histogram({
      name: 'malgil_http_request_duration_seconds',
      help: 'Time from the request to the end of its answer',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: HTTP_BUCKETS_S,
      registers,
    }),
    turnStages: new Histogram({
      name: 'malgil_turn_stage_duration_seconds',
      help: 'Time a turn spent in the step that ended with this stage',
      labelNames: ['stage'] as const,
      buckets: HTTP_BUCKETS_S,
      registers,
    }),
    turnsEnded: new Counter({
      name: 'malgil_turns_ended_total',
      help: 'Turns that reached completed or failed',
      labelNames: ['stage', 'code'] as const,
      registers,
    }),
    turnsRunning: new Gauge({ name: 'malgil_turns_running', help: 'Turns this process works on', registers }),
    llmCalls: new Histogram({
      name: 'malgil_llm_call_duration_seconds',
      help: 'One attempt at a provider',
      labelNames: ['provider', 'model', 'purpose', 'outcome'] as const,
      buckets: HTTP_BUCKETS_S,
      registers,
    }),
    llmAttempts: new Counter({
      name: 'malgil_llm_attempts_total',
      help: 'Attempts at a provider, by what came of them',
      labelNames: ['purpose', 'provider', 'model', 'outcome'] as const,
      registers,
    }),
    llmFirstToken: new Histogram({
      name: 'malgil_llm_first_token_seconds',
      help: 'From the request to the first text of its answer',
      labelNames: ['purpose', 'provider', 'model', 'outcome'] as const,
      buckets: HTTP_BUCKETS_S,
      registers,
    }),
    llmFallbacks: new Counter({
      name: 'malgil_llm_fallbacks_total',
      help: 'Calls that went on to the next model of their route',
      labelNames: ['purpose', 'from', 'to'] as const,
      registers,
    }),
    llmCircuits: new Gauge({
      name: 'malgil_llm_circuit_state',
      help: 'Of each model that ever failed in a row: 0 asked, 1 tried again by one call, 2 left alone',
      labelNames: ['target'] as const,
      registers,
    }),
    llmUsageBasis: new Counter({
      name: 'malgil_llm_usage_basis_total',
      help: 'Attempts by how their tokens are known: reported, estimated, unknown, none (nothing is billed)',
      labelNames: ['purpose', 'provider', 'model', 'basis'] as const,
      registers,
    }),
    llmCost: new Counter({
      name: 'malgil_llm_cost_micro_usd_total',
      help: 'Cost by the authored prices, in millionths of a US dollar',
      labelNames: ['purpose', 'provider', 'model'] as const,
      registers,
    }),
    llmUnpricedCalls: new Counter({
      name: 'malgil_llm_unpriced_calls_total',
      help: 'Calls without a known price or usage, which are in no cost',
      labelNames: ['provider', 'model'] as const,
      registers,
    }),
    budgetLimitsReached: new Counter({
      name: 'malgil_budget_limits_reached_total',
      help: 'Calls that found a limit of a budget reached; those at a hard one were refused',
      labelNames: ['scope', 'limit'] as const,
      registers,
    }),
    llmTokens: new Counter({
      name: 'malgil_llm_tokens_total',
      help: 'Tokens by kind; calls whose usage is unknown add nothing',
      labelNames: ['purpose', 'provider', 'model', 'kind'] as const,
      registers,
    }),
  }
}
