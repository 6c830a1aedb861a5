import type { LlmCallFinished, LlmCallStarted } from '#engines/llm/gateway.ts'
import type {
  TranscriptionCallFinished,
  TranscriptionCallStarted,
} from '#engines/speech/transcribe/call-ledger.ts'
import type { Db } from '#platform/db/db.ts'
import { insertStartedCall, updateFinishedCall } from './queries.ts'

type CallStarted = LlmCallStarted | TranscriptionCallStarted
type CallFinished = LlmCallFinished | TranscriptionCallFinished

export type ObserveCall = (call: CallFinished & Pick<CallStarted, 'provider' | 'purpose'>) => void

/** The ledger of language models and of transcribers alike. */
export type CallLedger = {
  started(entry: CallStarted): Promise<void>
  finished(entry: CallFinished): Promise<void>
}

/** The ledger on `llm_calls`: a row before each attempt leaves, completed when it has ended. */
export function createLedger({
  db,
  now,
  observe,
}: {
  db: Db
  now: () => Date
  observe: ObserveCall
}): CallLedger {
  const open = new Map<string, Pick<CallStarted, 'provider' | 'purpose'>>()
  return {
    async started({ attribution, ...call }) {
      const { appId, userId, turnId } = attribution
      const promptVersionId = 'promptVersion' in attribution ? (attribution.promptVersion ?? null) : null
      await insertStartedCall(db, { ...call, appId, userId, turnId, promptVersionId })
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
        audioMs: 'audioMs' in usage ? usage.audioMs : null,
        finishedAt: now(),
      })
    },
  }
}
