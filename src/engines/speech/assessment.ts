/** Scores are 0–100 integers; `null` where the sound did not allow one, and `unscored` says why. Times are ms from the start. */
export type SentenceScore = 'accuracy' | 'fluency' | 'prosody' | 'completeness' | 'overall'

export type WordStatus = 'ok' | 'mispronounced' | 'omitted' | 'inserted'

export type AssessedPhone = {
  /** ARPAbet symbol without stress, as in the CMU dictionary. */
  phone: string
  startMs: number
  endMs: number
  score: number | null
  /** The phone that fits the sound better than the expected one; absent when none does. */
  heard?: string
  /** A vowel phone that was heard after this one and does not belong there; absent when none was. */
  insertedAfter?: string
}

export type AssessedWord = {
  text: string
  /** `null` for a word that was not spoken. */
  startMs: number | null
  endMs: number | null
  score: number | null
  /** `null`: stress is not measured by this scorer or the word has one syllable. */
  stress: number | null
  status: WordStatus
  phones: AssessedPhone[]
  /** Why `score` is null. */
  unscored?: string
}

export type Pause = { startMs: number; durationMs: number }

export type FluencyFacts = {
  syllablesPerSecond: number
  articulationRate: number
  pauses: Pause[]
  meanRunSyllables: number
}

export type AudioQuality = {
  snrDb: number | null
  clippingRatio: number
  speechRatio: number
  usable: boolean
  reason?: string
}

/** What every scorer answers with: the wire format of `POST /v1/assessments` as well as what is stored. */
export type Assessment = {
  transcript: string | null
  reference: string
  durationMs: number
  scores: Record<SentenceScore, number | null>
  /** Reason per sentence score that is null. */
  unscored: Partial<Record<SentenceScore, string>>
  fluency: FluencyFacts | null
  words: AssessedWord[]
  audio: AudioQuality
  basis: 'measured'
  scorer: { name: string; version: string }
}
