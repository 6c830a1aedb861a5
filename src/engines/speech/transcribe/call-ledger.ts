import type { Attribution } from './transcriber.ts'
import type { TranscriptionUsage } from './transcription-provider.ts'

export type TranscriptionCallStarted = {
  callId: string
  attempt: number
  purpose: string
  provider: string
  model: string
  attribution: Attribution
  startedAt: Date
}

export type TranscriptionCallFinished = {
  callId: string
  userId: string
  outcome: 'completed' | 'failed' | 'timed_out' | 'aborted'
  errorCode: string | null
  model: string
  usage: TranscriptionUsage
  firstTokenMs: null
  durationMs: number
  providerRequestId: string | null
}

/** One row per call: before the request leaves, so that a process that dies mid-call leaves a row that says so. */
export type TranscriptionLedger = {
  started(entry: TranscriptionCallStarted): Promise<void>
  finished(entry: TranscriptionCallFinished): Promise<void>
}
