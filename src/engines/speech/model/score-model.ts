import { Tensor } from 'onnxruntime-node'
import type { WordSpan } from './align-words.ts'
import { PHONE_FEATURE_COUNT } from './phone-features.ts'
import { SENTENCE_FEATURE_COUNT } from './sentence-features.ts'
import { numbersOf, openNetwork } from './sessions.ts'

export const SENTENCE_SCORES = ['overall', 'accuracy', 'fluency', 'prosody'] as const
export type ModelScore = (typeof SENTENCE_SCORES)[number]

/** Rows of `phoneFeatures` and of `sentenceFeatures`: what one acoustic model heard. */
export type Seen = { phones: Float32Array; sentence: Float32Array }

/** All scores are 0 to 1; `errors` are the standard errors to expect of the sentence scores. */
export type Predicted = {
  phones: Float32Array
  words: Float32Array
  sentence: Record<ModelScore, number>
  errors: Record<ModelScore, number>
}

export type ScoreModel = {
  /** The mean over all models of what each says to all that was seen; at least one word. */
  score(words: readonly WordSpan[], seen: readonly Seen[]): Promise<Predicted>
}

export const FOLDS = [0, 1, 2, 3, 4]

export type ScoreModelOptions = { folds?: readonly number[] | undefined; directory?: string | undefined }

export async function openScoreModel({
  folds = FOLDS,
  directory,
}: ScoreModelOptions = {}): Promise<ScoreModel> {
  const networks = await Promise.all(folds.map((fold) => openNetwork(`scores-${fold}.onnx`, directory)))

  return {
    async score(words, seen) {
      const phoneCount = words.reduce((sum, { phones }) => sum + phones.length, 0)
      const pooling = new Tensor('float32', poolingOf(words, phoneCount), [1, words.length, phoneCount])
      const present = new Tensor('float32', new Float32Array(phoneCount).fill(1), [1, phoneCount])
      const answers: Answer[] = []
      for (const { phones, sentence } of seen) {
        for (const network of networks) {
          const result = await network.run({
            phones: new Tensor('float32', phones, [1, phoneCount, PHONE_FEATURE_COUNT]),
            words: pooling,
            sentence: new Tensor('float32', sentence, [1, SENTENCE_FEATURE_COUNT]),
            present,
          })
          answers.push({
            phones: numbersOf(result, 'phone'),
            words: numbersOf(result, 'word'),
            sentence: numbersOf(result, 'score'),
            logErrors: numbersOf(result, 'log_error'),
          })
        }
      }
      return combine(answers)
    },
  }
}

type Answer = Record<'phones' | 'words' | 'sentence' | 'logErrors', Float32Array>

/** Each row takes the mean over the phones of its word. */
function poolingOf(words: readonly WordSpan[], phoneCount: number): Float32Array {
  const pooling = new Float32Array(words.length * phoneCount)
  let first = 0
  for (const [row, { phones }] of words.entries()) {
    pooling.fill(1 / phones.length, row * phoneCount + first, row * phoneCount + first + phones.length)
    first += phones.length
  }
  return pooling
}

function combine(answers: readonly Answer[]): Predicted {
  const sentence = meanOfRows(answers.map((answer) => answer.sentence))
  const errors = sentence.map((_, at) => {
    const expected =
      answers.reduce((sum, { logErrors }) => sum + Math.exp(logErrors[at] ?? 0), 0) / answers.length
    const apart = answers.reduce((sum, own) => sum + ((own.sentence[at] ?? 0) - (sentence[at] ?? 0)) ** 2, 0)
    return Math.sqrt(expected + apart / answers.length)
  })
  return {
    phones: meanOfRows(answers.map((answer) => answer.phones)),
    words: meanOfRows(answers.map((answer) => answer.words)),
    sentence: named(sentence),
    errors: named(errors),
  }
}

function meanOfRows(rows: readonly Float32Array[]): Float32Array {
  return Float32Array.from(
    rows[0] ?? [],
    (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length,
  )
}

function named(values: Float32Array): Record<ModelScore, number> {
  const [overall = 0, accuracy = 0, fluency = 0, prosody = 0] = values
  return { overall, accuracy, fluency, prosody }
}
