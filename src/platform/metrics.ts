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
    llmCost: new Counter({
      name: 'malgil_llm_cost_usd_total',
      help: 'Cost by the authored prices',
      labelNames: ['provider', 'model', 'purpose'] as const,
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
      labelNames: ['provider', 'model', 'kind'] as const,
      registers,
    }),
  }
}
