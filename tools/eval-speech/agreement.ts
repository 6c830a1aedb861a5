import type { Assessment } from '#engines/speech/assessment.ts'
import { SENTENCE_SCORES } from '#engines/speech/model/score-model.ts'
import type { Recording } from '../train-speech/corpus.ts'
import { GROUPS, WITHIN_A_SPEAKER } from './groups.ts'
import { wordsOfText } from './judge.ts'
import { deviation, mean, pearson, withinGroups } from './statistics.ts'

/** A recording and what the scorer says to it. A sentence score that is null counts for nothing, a word's as 0. */
export type Judged = { recording: Recording; fold: number | undefined; assessment: Assessment }

/** Pearson's correlation with the experts at each level, and of the overall score in each group. */
export function agreement(judged: readonly Judged[]): Record<string, number> {
  const overall = judged.map((own) => own.assessment.scores.overall ?? 0)
  const expected = judged.map((own) => own.recording.scores.overall)
  const speakers = judged.map((own) => own.recording.speaker)
  return {
    ...Object.fromEntries(SENTENCE_SCORES.map((name) => [name, sentenceAgreement(judged, name)])),
    word: pearson(...pairs(judged.flatMap(wordPairs))),
    phone: pearson(...pairs(judged.flatMap(phonePairs))),
    ...Object.fromEntries(Object.entries(GROUPS).map(([name, isIn]) => [name, among(judged, isIn)])),
    [WITHIN_A_SPEAKER]: pearson(withinGroups(overall, speakers), withinGroups(expected, speakers)),
  }
}

export type Spread = { mean: number; deviation: number }

/** The same in each fold of speakers. */
export function spreadOverFolds(judged: readonly Judged[]): Record<string, Spread> {
  const folds = [...Map.groupBy(judged, (own) => own.fold).values()].map(agreement)
  return Object.fromEntries(
    Object.keys(folds[0] ?? {}).map((name) => {
      const values = folds.map((fold) => fold[name] ?? Number.NaN)
      return [name, { mean: mean(values), deviation: deviation(values) }]
    }),
  )
}

/** How many of the recordings have no score of each name. */
export function countUnscored(judged: readonly Judged[]): Record<string, number> {
  const missing = (name: (typeof SENTENCE_SCORES)[number]) =>
    judged.filter(({ assessment }) => assessment.scores[name] === null).length
  return Object.fromEntries(SENTENCE_SCORES.map((name) => [name, missing(name)]))
}

type Pair = [ours: number, experts: number]

export function wordPairs({ recording, assessment }: Judged): Pair[] {
  const spoken = wordsOfText(assessment)
  return recording.words.map(({ accuracy }, at) => [spoken[at]?.score ?? 0, accuracy])
}

function phonePairs({ recording, assessment }: Judged): Pair[] {
  const spoken = wordsOfText(assessment)
  return recording.words.flatMap(({ phoneScores }, word) =>
    phoneScores.flatMap((score, at): Pair[] =>
      score === null ? [] : [[spoken[word]?.phones[at]?.score ?? 0, score]],
    ),
  )
}

function sentenceAgreement(judged: readonly Judged[], name: (typeof SENTENCE_SCORES)[number]): number {
  const scored = judged.filter((own) => own.assessment.scores[name] !== null)
  return pearson(
    scored.map((own) => own.assessment.scores[name] ?? 0),
    scored.map((own) => own.recording.scores[name]),
  )
}

const among = (judged: readonly Judged[], isIn: (recording: Recording) => boolean) =>
  sentenceAgreement(
    judged.filter(({ recording }) => isIn(recording)),
    'overall',
  )

const pairs = (all: readonly Pair[]): [number[], number[]] => [
  all.map(([ours]) => ours),
  all.map(([, experts]) => experts),
]
