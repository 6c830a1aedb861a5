import type { Attribution } from './complete.ts'
import type { LlmUsage } from './provider.ts'

/** `partial`: text had come before the failure, so tokens were spent. `aborted`: the caller gave up. */
export type LlmCallOutcome = 'completed' | 'partial' | 'failed' | 'timed_out' | 'aborted'

export type LlmCallStarted = {
  callId: string
  /** 1 for the first. */
  attempt: number
  purpose: string
  provider: string
  model: string
  attribution: Attribution
  startedAt: Date
}

export type LlmCallFinished = {
  callId: string
  userId: string
  outcome: LlmCallOutcome
  errorCode: string | null
  /** As the vendor names it, which may be more exact than the name that was asked for. */
  model: string
  usage: LlmUsage
  /** From the request to the first text. */
  firstTokenMs: number | null
  durationMs: number
  providerRequestId: string | null
}

/** One row per attempt. */
export type Ledger = {
  /** Before the request leaves: a process that dies mid-call leaves a row that says so. */
  started(entry: LlmCallStarted): Promise<void>
  finished(entry: LlmCallFinished): Promise<void>
}
