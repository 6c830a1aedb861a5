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
  /** Of an omitted word what the sound in its place is worth, half where it is sure that the word was not said. */
  score: number | null
  /** `null`: stress is not measured by this scorer or the word has one syllable. */
  stress: number | null
  status: WordStatus
  /** Those of an omitted word lie where they would fit best. */
  phones: AssessedPhone[]
  /** Why `score` is null. */
  unscored?: string
}

export type Pause = { startMs: number; durationMs: number }

export type Repetition = { text: string; startMs: number; endMs: number }

export type FluencyFacts = {
  syllablesPerSecond: number
  articulationRate: number
  /** Share of the time from the first sound to the last that is speech. */
  phonationRatio: number
  pauses: Pause[]
  pauseCount: number
  pauseTotalMs: number
  meanRunSyllables: number
  /** Extra speech that sounds like the word after or before it. */
  repetitions: Repetition[]
}

/** Facts of the melody and rhythm; `null` where there is too little voiced sound or too few vowels. */
export type ProsodyFacts = {
  pitchMedianHz: number | null
  /** From the 10th to the 90th percentile. */
  pitchRangeSemitones: number | null
  /** Mean step from one vowel to the next. */
  pitchMovementSemitones: number | null
  /** Normalised pairwise variability of the vowels' durations. */
  rhythmNpvi: number | null
}

export type AudioQuality = {
  snrDb: number | null
  clippingRatio: number
  speechRatio: number
  /** Up to where the sound reaches, in Hz: about 3,400 on a telephone; absent without speech. */
  bandwidthHz?: number
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
  /** Probability that a score lies within ten points of what experts would say; `null` with its score. */
  confidence: Record<SentenceScore, number | null>
  fluency: FluencyFacts | null
  prosody: ProsodyFacts | null
  words: AssessedWord[]
  audio: AudioQuality
  basis: 'measured'
  scorer: { name: string; version: string }
}
