import type { Assessment, AudioQuality } from './assessment.ts'

/** Mono samples in [-1, 1] at 16 kHz. Samples from `decode` lie in shared memory, so that no worker needs a copy. */
export type DecodedAudio = { samples: Float32Array; durationMs: number; contentType: string }

/** Word (any case) → ARPAbet symbols separated by blanks, "D AO NG S AH NG": for names that the dictionary lacks. */
export type Pronunciations = Readonly<Record<string, string>>

export type AssessInput = {
  samples: Float32Array
  /** What the learner was to say; the sound is scored against it. */
  text: string
  /** Copied into the answer; the score never depends on it. */
  transcript?: string | undefined
  pronunciations?: Pronunciations | undefined
  signal?: AbortSignal | undefined
}

export type MatchInput = {
  samples: Float32Array
  candidates: readonly string[]
  pronunciations?: Pronunciations | undefined
  signal?: AbortSignal | undefined
}

export type MatchedWord = { text: string; startMs: number; endMs: number; confidence: number }

export type MatchResult =
  | { status: 'matched'; index: number; text: string; confidence: number; words: MatchedWord[] }
  /** `confidence` is that of the best candidate, which was not good enough. */
  | { status: 'no_match'; confidence: number }

export type SpeechEngine = {
  /** Any accepted audio file to samples. The path is ours; names given by clients never come here. */
  decode(path: string, options?: { signal?: AbortSignal | undefined }): Promise<DecodedAudio>
  /** Throws `audio.no_speech` for silence and noise, `text.not_speakable`, `speech.overloaded`. */
  assess(input: AssessInput): Promise<Assessment>
  /**
   * Asked before sound is accepted: throws `speech.overloaded` where it would wait too long. Returns how the place is
   * given back.
   */
  admit(): () => void
  /** Which of the candidates was said, if any. */
  match(input: MatchInput): Promise<MatchResult>
  quality(samples: Float32Array): AudioQuality
  /**
   * Resolves when ffmpeg answers and the acoustic model loads; throws with an instruction otherwise. `missingForLimits`
   * names the programs without which ffmpeg runs without limits of memory and computing time.
   */
  check(): Promise<{ missingForLimits: readonly string[] }>
  close(): Promise<void>
}

export type SpeechEngineOptions = {
  /** Worker threads that score; each holds the models (about 100 MB). */
  threads: number
  maxAudioSeconds?: number
  /** Tasks that may wait for a thread before `speech.overloaded` is answered. */
  maxQueue?: number
  /** How long sound that is not accepted yet may have to wait. */
  maxWaitMs?: number
  /** Wall-clock limit of one assessment or match, without the time that it waits for a thread. */
  taskTimeoutMs?: number
  /** A name searched in PATH or a path; "ffmpeg" when absent. */
  ffmpegPath?: string
}
