import type { LlmCallFinished, LlmCallStarted } from '#engines/llm/gateway.ts'
import type {
  TranscriptionCallFinished,
  TranscriptionCallStarted,
} from '#engines/speech/transcribe/call-ledger.ts'
import type { Db } from '#platform/db/db.ts'
import { runPart } from '#platform/db/statement-part.ts'
import { endingCalls, startingCalls } from './call-queries.ts'
import type { ExpectedCalls } from './expected-calls.ts'
import { costMicroUsd, findPrice, type Price } from './price.ts'

type CallStarted = LlmCallStarted | TranscriptionCallStarted
export type CallFinished = LlmCallFinished | TranscriptionCallFinished

/** What of the start a price needs. */
export type PricedCall = Pick<CallStarted, 'provider' | 'purpose' | 'model' | 'startedAt'>

/** What of the start is needed at the end. */
type OpenCall = PricedCall & { rowId: string; appId: string; turnId: string | null }

export type ObservedCall = CallFinished & Pick<CallStarted, 'provider' | 'purpose'> & CallCost
export type ObserveCall = (call: ObservedCall) => void

/** Both null where the price or the usage is not known; a call that asked no model costs nothing. */
export type CallCost = { priceId: string | null; costMicroUsd: number | null }

/** The ledger of language models and of transcribers alike. */
export type CallLedger = {
  started(entry: CallStarted): Promise<void>
  finished(entry: CallFinished): Promise<void>
}

export type LedgerDeps = {
  db: Db
  now: () => Date
  prices: readonly Price[]
  observe: ObserveCall
  expected: ExpectedCalls
}

/**
 * The ledger on `llm_calls`: a row before each attempt leaves, completed when it has ended. Its end is counted into
 * `usage_daily` by the same statement, once, however often it is told.
 */
export function createLedger({ db, now, prices, observe, expected }: LedgerDeps): CallLedger {
  const open = new Map<string, OpenCall>()
  return {
    async started({ attribution, ...call }) {
      const { appId, userId, turnId } = attribution
      const promptVersionId = 'promptVersion' in attribution ? (attribution.promptVersion ?? null) : null
      const written = expected.take(turnId, call)
      if (written === undefined)
        await runPart(db, startingCalls([{ ...call, appId, userId, turnId, promptVersionId }]))
      const { callId, provider, purpose, model, startedAt } = call
      open.set(callId, { rowId: written ?? callId, appId, turnId, provider, purpose, model, startedAt })
    },
    async finished(call) {
      const started = open.get(call.callId)
      open.delete(call.callId)
      const cost = started ? priceCall(prices, started, call) : { priceId: null, costMicroUsd: null }
      if (started) observe({ ...call, ...cost, provider: started.provider, purpose: started.purpose })
      const { usage, ...rest } = call
      const { basis: usageBasis, ...counts } = usage
      const end = {
        ...rest,
        ...counts,
        ...cost,
        callId: started?.rowId ?? call.callId,
        usageBasis,
        audioMs: audioMsOf(call),
        finishedAt: now(),
      }
      const isKept = started && expected.keepEnd(started.turnId, { ...end, appId: started.appId })
      if (!isKept) await runPart(db, endingCalls([end]))
    },
  }
}

export function priceCall(
  prices: readonly Price[],
  { provider, model: askedModel, startedAt }: PricedCall,
  call: CallFinished,
): CallCost {
  const on = startedAt.toISOString().slice(0, 10)
  const price = findPrice(prices, { provider, names: [call.model, askedModel], on })
  const cost = costMicroUsd({ ...call.usage, audioMs: audioMsOf(call) }, price)
  return {
    priceId: cost === null || call.usage.basis === 'none' ? null : (price?.id ?? null),
    costMicroUsd: cost,
  }
}

/** Where the vendor bills by length. */
const audioMsOf = ({ usage }: CallFinished) => ('audioMs' in usage ? usage.audioMs : null)
