import type { Pronunciations } from '../speech-engine.ts'

/** Who listens, and whose call it is in the ledger. */
export type Attribution = { appId: string; userId: string; turnId: string | null }

export type TranscriberCapabilities = {
  /** Each word comes with its own times; otherwise they are `null` until something aligns the text. */
  wordTimes: boolean
  /** Words or the whole come with a probability. */
  logprobs: boolean
  /** ISO 639-1 codes. */
  languages: 'any' | readonly string[]
  /** `null`: no limit is documented. */
  maxSeconds: number | null
  maxBytes: number | null
  /** Gives parts of the text while it still listens. */
  streaming: boolean
  /** Can be told which words to expect. */
  vocabularyBias: boolean
  /** Sends the sound to somebody who bills for it. */
  costsMoney: boolean
}

export type TranscribeInput = {
  /** Mono, 16 kHz, in [-1, 1]. */
  samples: Float32Array
  /** The language that is to be heard, ISO 639-1. */
  language: string
  /** Words to expect. Bias hides mistakes: never for a transcript that scores are made from. */
  vocabulary?: readonly string[] | undefined
  /** Whole sentences to choose from, for a transcriber that can only choose. */
  expected?: readonly string[] | undefined
  pronunciations?: Pronunciations | undefined
  attribution: Attribution
  signal?: AbortSignal | undefined
}

export type TranscribedWord = {
  text: string
  startMs: number | null
  endMs: number | null
  /** From 0 to 1; `null` where the transcriber says nothing about the single word. */
  confidence: number | null
}

export type Producer = { name: string; model: string | null; version: string }

/** Text that was given but cannot have been said. */
export type DroppedText = { phrase: string; reason: DropReason }

export type DropReason =
  /** A phrase that transcribers are known to make up, where there is too little speech for it. */
  | 'known_hallucination'
  | 'annotation'
  /** The same words over and over, more than the speech has room for. */
  | 'repetition'
  /** The model's own measures say that there is no speech. */
  | 'model_heard_no_speech'

/** What was wrong with an answer and was left out of it, or makes it doubtful. */
export type TranscriptFault =
  | 'words_not_in_text'
  | 'word_times_beyond_audio'
  | 'word_times_out_of_order'
  | 'segments_not_in_text'
  | 'logprobs_invalid'
  | 'more_words_than_speech'

export type Transcript = {
  status: 'transcribed'
  text: string
  words: TranscribedWord[]
  confidence: number | null
  producer: Producer
  /** As the transcriber names it; `null` when it does not. */
  language: string | null
  dropped: DroppedText[]
  faults: TranscriptFault[]
}

export type NoMatch = {
  status: 'no_match'
  reason: NoMatchReason
  /** Of the best candidate that was not good enough; `null` where nothing was weighed. */
  confidence: number | null
  producer: Producer
  dropped: DroppedText[]
}

export type NoMatchReason =
  /** The sound was not sent to anybody. */
  'no_speech' | 'nothing_transcribed' | 'hallucination_dropped' | 'no_expected_response_matched'

/**
 * Sound to words. Makes one attempt and throws one of `errors.ts` when it gets no usable answer; that nothing was
 * said, or nothing that was expected, is an answer.
 */
export type Transcriber = {
  name: string
  capabilities: TranscriberCapabilities
  transcribe(input: TranscribeInput): Promise<Transcript | NoMatch>
}
