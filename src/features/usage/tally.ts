import type { Ledger, LlmCallOutcome } from '#engines/llm/ledger.ts'
import type { LlmUsage } from '#engines/llm/provider.ts'
import { type PricedCall, priceCall } from './ledger.ts'
import type { Price } from './price.ts'

export type TalliedCall = {
  purpose: string
  provider: string
  model: string
  outcome: LlmCallOutcome
  durationMs: number
  usageBasis: LlmUsage['basis']
  costMicroUsd: number | null
}

/** A ledger that is kept for one run and then forgotten, priced like the one that stays. */
export type Tally = Ledger & {
  /** The calls that were booked under this user, in the order in which they ended. */
  callsOf: (userId: string) => TalliedCall[]
}

export function createTally({ prices }: { prices: readonly Price[] }): Tally {
  const open = new Map<string, PricedCall>()
  const ended = new Map<string, TalliedCall[]>()
  return {
    async started({ callId, provider, purpose, model, startedAt }) {
      open.set(callId, { provider, purpose, model, startedAt })
    },
    async finished(call) {
      const started = open.get(call.callId)
      if (!started) return
      open.delete(call.callId)
      const { costMicroUsd } = priceCall(prices, started, call)
      const { provider, purpose } = started
      const { model, outcome, durationMs, usage, userId } = call
      const tallied = { provider, purpose, model, outcome, durationMs, usageBasis: usage.basis, costMicroUsd }
      ended.set(userId, [...(ended.get(userId) ?? []), tallied])
    },
    callsOf: (userId) => ended.get(userId) ?? [],
  }
}
