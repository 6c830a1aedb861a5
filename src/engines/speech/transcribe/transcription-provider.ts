import type { TranscribedWord, TranscriberCapabilities, TranscriptFault } from './transcriber.ts'

/** `audioMs` where the vendor bills by length. All null where the report is missing or absurd: unknown is not zero. */
export type TranscriptionUsage = {
  basis: 'reported' | 'estimated' | 'unknown'
  inputTokens: number | null
  cachedInputTokens: number | null
  cacheWriteTokens: null
  outputTokens: number | null
  reasoningTokens: null
  audioMs: number | null
}

/** The model's own measures of one piece of its text (Whisper's, as every server of it delivers them). */
export type SegmentMeasures = {
  noSpeechProbability: number | null
  averageLogprob: number | null
  compressionRatio: number | null
}

export type HeardWord = TranscribedWord & { segment: number | null }

/** What the model says was said, before anybody doubts it. */
export type Heard = {
  words: HeardWord[]
  segments: SegmentMeasures[]
  confidence: number | null
  language: string | null
  faults: TranscriptFault[]
}

export type TranscriptionAnswer = {
  heard: Heard
  usage: TranscriptionUsage
  /** As the vendor names it. */
  model: string
  providerRequestId: string | null
}

export type TranscriptionRequest = {
  samples: Float32Array
  language: string
  vocabulary: readonly string[]
}

/** One vendor: makes one attempt, or throws one of `errors.ts`. Time limits, ledger and doubts are its caller's. */
export type TranscriptionProvider = {
  name: string
  version: string
  model: string
  capabilities: TranscriberCapabilities
  send(request: TranscriptionRequest, call: { signal: AbortSignal }): Promise<TranscriptionAnswer>
}

export const UNKNOWN_TRANSCRIPTION_USAGE: TranscriptionUsage = {
  basis: 'unknown',
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  audioMs: null,
}
