import { assessWords, leftOut, toScore } from './assess-words.ts'
import type { Assessment, AudioQuality, SentenceScore } from './assessment.ts'
import { confidenceOf } from './confidence.ts'
import { quantileOf } from './dsp/statistics.ts'
import { findAdded } from './extra-words.ts'
import { fluencyFacts, timeWords } from './fluency.ts'
import type { ModelScore } from './model/score-model.ts'
import type { Utterance } from './model/utterance.ts'
import { prosodyFacts } from './prosody.ts'
import type { Reading } from './read-aloud.ts'
import { timePhones } from './timed-words.ts'

export const SCORER = { name: 'malgil-speech', version: '2.4.0' }

/**
 * Sound that is less likely than this to be the text is another text: none of 1,245 true readings lies there, and eleven
 * in a hundred other texts above it, nearly all of them with scores that are limited. (At 0.01 three of 2,500 were
 * refused, weak readers, and agreement on words fell by .005.)
 */
const MIN_TEXT_PROBABILITY = 0.003
/** Of one or two words that can be said with less certainty: six in a thousand lie there. */
const MIN_SHORT_TEXT_PROBABILITY = 0.01
const SHORT_WORDS = 2
/**
 * Below this, where eight in a thousand true readings lie and two of three texts of words that sound alike, accuracy and
 * overall have an upper limit, which falls from 100 to these: a fluent reading of another language is down there, and
 * what weak readers are given is hardly more anyway. (A factor below 0.2 cost .016 of agreement, and .033 on accuracy.)
 */
const TRUSTED_TEXT_PROBABILITY = 0.08
const FALL = 4
const MOST_OF_DOUBTED = { accuracy: 0.3, overall: 0.15 }

export type ScoreInput = {
  reference: string
  transcript: string | null
  durationMs: number
  /** Words of the reference as written. */
  texts: readonly string[]
  utterance: Utterance
  reading: Reading
}

/**
 * From the reading of a text to its assessment. Scores are those of the trained models; the more words were left out,
 * the more of accuracy and overall goes with them, and sound that is hardly the text limits both.
 */
export function scoreUtterance(input: ScoreInput): Assessment {
  const { reference, transcript, durationMs, utterance, reading, texts } = input
  const { analysis, heard, voice, offsetMs } = utterance
  // The text was heard in it, so it is speech, though a faint or breathy one.
  const { reason, ...facts } = analysis.quality
  const quality = reason === 'no_speech' ? { ...facts, usable: true } : analysis.quality
  const least = texts.length > SHORT_WORDS ? MIN_TEXT_PROBABILITY : MIN_SHORT_TEXT_PROBABILITY
  const isText = reading.textProbability >= least && reading.predicted !== undefined
  const unusable = quality.usable ? undefined : (quality.reason ?? 'audio_unusable')
  const spans = reading.words.flatMap((word) => word ?? [])
  const timing = isText ? timeWords(spans.map((word) => ({ phones: timePhones(word, offsetMs) }))) : undefined
  const expected = isText
    ? assessWords({ texts, reading, heard, offsetMs, unusable })
    : texts.map((text) => leftOut(text, 'text_not_spoken'))
  const { words, repetitions } = isText
    ? findAdded(expected, { reading, heard, offsetMs })
    : { words: expected, repetitions: [] }
  return {
    transcript,
    reference,
    durationMs,
    ...scoreSentence({ quality, reading, isText, unusable }),
    fluency: timing ? fluencyFacts(timing, repetitions) : null,
    prosody: isText ? prosodyFacts(spans, { voice, pitchMedianHz: medianOf(analysis.frequenciesHz) }) : null,
    words,
    audio: quality,
    basis: 'measured',
    scorer: SCORER,
  }
}

type SentenceScores = Pick<Assessment, 'scores' | 'unscored' | 'confidence'>
type SentenceInput = {
  quality: AudioQuality
  reading: Reading
  isText: boolean
  unusable: string | undefined
}
const ALL: readonly SentenceScore[] = ['accuracy', 'fluency', 'prosody', 'completeness', 'overall']
const NONE = { accuracy: null, fluency: null, prosody: null, completeness: null, overall: null }

function scoreSentence({ quality, reading, isText, unusable }: SentenceInput): SentenceScores {
  if (unusable !== undefined) return { scores: NONE, unscored: reasons(ALL, unusable), confidence: NONE }
  const { predicted, textProbability } = reading
  if (!isText || !predicted) {
    return {
      scores: { ...NONE, accuracy: 0, completeness: 0, overall: 0 },
      unscored: reasons(['fluency', 'prosody'], 'text_not_spoken'),
      confidence: { ...NONE, ...fill(['accuracy', 'completeness', 'overall'], share(1 - textProbability)) },
    }
  }
  const said = reading.words.filter((word) => word !== undefined).length
  const saidShare = said / reading.words.length
  const missing = 1 - reading.certainty.reduce((sum, own) => sum + own, 0) / reading.certainty.length
  const score = (name: ModelScore) => toScore(predicted.sentence[name])
  const scoreDoubted = (name: keyof typeof MOST_OF_DOUBTED) =>
    toScore(Math.min(predicted.sentence[name], mostOf(name, textProbability)) * completenessFactor(missing))
  const confidence = (name: ModelScore) => confidenceOf(predicted.errors[name], quality.snrDb)
  // Rhythm and pauses need at least two words.
  const hasRhythm = said >= 2
  return {
    scores: {
      accuracy: scoreDoubted('accuracy'),
      fluency: hasRhythm ? score('fluency') : null,
      prosody: hasRhythm ? score('prosody') : null,
      completeness: toScore(saidShare),
      overall: scoreDoubted('overall'),
    },
    unscored: hasRhythm ? {} : reasons(['fluency', 'prosody'], 'too_few_words'),
    confidence: {
      accuracy: confidence('accuracy'),
      fluency: hasRhythm ? confidence('fluency') : null,
      prosody: hasRhythm ? confidence('prosody') : null,
      completeness: share(certaintyOf(reading)),
      overall: confidence('overall'),
    },
  }
}

/**
 * One word of ten that seems to be missing costs a hundredth, half of the words a quarter. Squared, because one such word
 * is as often the detector's error as the learner's: in proportion, agreement with experts fell by .006.
 */
const completenessFactor = (missing: number) => 1 - missing ** 2

const mostOf = (name: keyof typeof MOST_OF_DOUBTED, textProbability: number) =>
  Math.max(MOST_OF_DOUBTED[name], (textProbability / TRUSTED_TEXT_PROBABILITY) ** FALL)

/** Mean probability that each word was judged rightly as said or left out. */
function certaintyOf({ words, said }: Reading): number {
  const right = said.map((probability, at) => (words[at] ? Math.max(0.5, probability) : 1 - probability))
  return right.reduce((sum, probability) => sum + probability, 0) / Math.max(1, right.length)
}

const reasons = (names: readonly SentenceScore[], reason: string) => fill(names, reason)
const fill = <T>(names: readonly SentenceScore[], value: T) =>
  Object.fromEntries(names.map((name) => [name, value]))
const share = (value: number) => Math.round(value * 100) / 100
const medianOf = (frequenciesHz: Float32Array) =>
  quantileOf(
    [...frequenciesHz].filter((hz) => hz > 0),
    0.5,
  )
