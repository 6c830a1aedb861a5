import type { Ledger, LlmCallFinished, LlmCallStarted } from '#engines/llm/gateway.ts'
import type { Db } from '#platform/db/db.ts'
import { insertStartedCall, updateFinishedCall } from './queries.ts'

export type ObserveCall = (call: LlmCallFinished & Pick<LlmCallStarted, 'provider' | 'purpose'>) => void

/** The gateway's ledger on `llm_calls`: a row before each attempt leaves, completed when it has ended. */
export function createLedger({
  db,
  now,
  observe,
}: {
  db: Db
  now: () => Date
  observe: ObserveCall
}): Ledger {
  const open = new Map<string, Pick<LlmCallStarted, 'provider' | 'purpose'>>()
  return {
    async started({ attribution: { appId, userId, turnId, promptVersion }, ...call }) {
      await insertStartedCall(db, { ...call, appId, userId, turnId, promptVersionId: promptVersion ?? null })
      open.set(call.callId, { provider: call.provider, purpose: call.purpose })
    },
    async finished(call) {
      const started = open.get(call.callId)
      open.delete(call.callId)
      if (started) observe({ ...started, ...call })
      const { usage, ...rest } = call
      await updateFinishedCall(db, {
        ...rest,
        usageBasis: usage.basis,
        inputTokens: usage.inputTokens,
        cachedInputTokens: usage.cachedInputTokens,
        outputTokens: usage.outputTokens,
        finishedAt: now(),
      })
    },
  }
}
