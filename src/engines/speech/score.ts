import { type AlignedPhone, SILENCE } from './align.ts'
import type { AssessedPhone, AssessedWord, Assessment, AudioQuality, SentenceScore } from './assessment.ts'
import {
  HEARD_MARGIN,
  MISPRONOUNCED_BELOW,
  PHONE_MODEL,
  SENTENCE_MODELS,
  TEXT_SPOKEN_MODEL,
  TRUSTED_PROBABILITY,
  WORD_MODEL,
} from './calibration.ts'
import { type Features, phoneFeatures, utteranceFeatures, wordFeatures } from './features.ts'
import { fluencyFacts, timeWords } from './fluency.ts'
import type { RatedPhone, RatedWord } from './goodness.ts'
import { predictProbability, predictScore } from './linear-model.ts'

export const SCORER = { name: 'alignment-goodness', version: '1.0.0' }

export type ScoreInput = {
  reference: string
  transcript: string | null
  durationMs: number
  quality: AudioQuality
  words: readonly RatedWord[]
  sounds: readonly AlignedPhone[]
  frequenciesHz: Float32Array
}

/**
 * The scorer: everything between the alignment of an utterance and its assessment. Accuracy, fluency, prosody and
 * overall are linear in features of goodness, timing and pitch, fitted to experts' scores (`calibration.ts`);
 * completeness is the share of the known words that were said. Words left out, and sound that does not fit the
 * text, lower what was fitted on complete and fitting speech.
 */
export function scoreUtterance(input: ScoreInput): Assessment {
  const { reference, transcript, durationMs, quality, words } = input
  const features = utteranceFeatures(input)
  const timing = timeWords(words.flatMap((word) => (word.status === 'omitted' ? [] : [word])))
  return {
    transcript,
    reference,
    durationMs,
    ...scoreSentence(input, features),
    fluency: features && timing ? fluencyFacts(timing) : null,
    words: words.map((word) => assessWord(word, quality)),
    audio: quality,
    basis: 'measured',
    scorer: SCORER,
  }
}

type SentenceScores = Pick<Assessment, 'scores' | 'unscored'>
const ALL: readonly SentenceScore[] = ['accuracy', 'fluency', 'prosody', 'completeness', 'overall']

function scoreSentence({ quality, words }: ScoreInput, features: Features | undefined): SentenceScores {
  if (!quality.usable) return withoutScores(ALL, quality.reason ?? 'audio_unusable')
  const spoken = words.filter(({ status }) => status === 'spoken').length
  const omitted = words.filter(({ status }) => status === 'omitted').length
  if (!features) {
    const { scores, unscored } = withoutScores(['fluency', 'prosody'], 'text_not_spoken')
    return { scores: { ...scores, accuracy: 0, completeness: 0, overall: 0 }, unscored }
  }
  const saidShare = spoken / (spoken + omitted)
  const trust = Math.min(1, predictProbability(TEXT_SPOKEN_MODEL, features) / TRUSTED_PROBABILITY)
  const score = (name: keyof typeof SENTENCE_MODELS, factor: number) =>
    Math.round(predictScore(SENTENCE_MODELS[name], features) * factor)
  const whole = {
    accuracy: score('accuracy', trust * saidShare),
    completeness: Math.round(100 * saidShare),
    overall: score('overall', trust * saidShare),
  }
  // Rhythm and pauses need at least two words.
  if (spoken < 2) {
    const { scores, unscored } = withoutScores(['fluency', 'prosody'], 'too_few_words')
    return { scores: { ...scores, ...whole }, unscored }
  }
  return {
    scores: { ...whole, fluency: score('fluency', trust), prosody: score('prosody', trust) },
    unscored: {},
  }
}

function withoutScores(names: readonly SentenceScore[], reason: string): SentenceScores {
  const scores = { accuracy: null, fluency: null, prosody: null, completeness: null, overall: null }
  return { scores, unscored: Object.fromEntries(names.map((name) => [name, reason])) }
}

function assessWord(word: RatedWord, quality: AudioQuality): AssessedWord {
  const base = { text: word.text, startMs: null, endMs: null, score: null, stress: null, phones: [] }
  if (word.status === 'omitted') return { ...base, status: 'omitted', unscored: 'omitted' }
  const times = timesOf(word.phones)
  if (word.status === 'unknown') return { ...base, ...times, status: 'ok', unscored: 'unknown_word' }
  if (!quality.usable) {
    const phones = word.phones.map((phone) => ({ phone: phone.phone, ...timesOf([phone]), score: null }))
    return { ...base, ...times, status: 'ok', phones, unscored: quality.reason ?? 'audio_unusable' }
  }
  const score = predictScore(WORD_MODEL, wordFeatures(word.phones))
  const status = score < MISPRONOUNCED_BELOW ? 'mispronounced' : 'ok'
  return { ...base, ...times, score, status, phones: word.phones.map(assessPhone) }
}

function assessPhone(phone: RatedPhone): AssessedPhone {
  const heard = heardInstead(phone)
  const score = predictScore(PHONE_MODEL, phoneFeatures(phone))
  return { phone: phone.phone, ...timesOf([phone]), score, ...(heard && { heard }) }
}

/** Only what fits much better and is a phone: below the margin the loop is wrong more often than the learner. */
function heardInstead({ phone, rival, margin }: RatedPhone): string | undefined {
  return rival !== phone && rival !== SILENCE && margin <= -HEARD_MARGIN ? rival : undefined
}

function timesOf(phones: readonly AlignedPhone[]) {
  const first = phones[0]
  const last = phones.at(-1)
  return { startMs: first?.startMs ?? 0, endMs: last ? last.startMs + last.durationMs : 0 }
}
