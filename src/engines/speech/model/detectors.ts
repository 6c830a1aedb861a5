import { readFileSync } from 'node:fs'
import { type Features, type LinearModel, predictProbability } from '../linear-model.ts'

/** Logistic regressions on `wordFacts` and `textFacts`; trained and measured by `tools/train-speech`. */
export type Detectors = {
  /** Probability that the word was said. */
  wasSaid(facts: Features): number
  /** Below this a word counts as left out: three in a hundred words that were said, however badly, lie there. */
  saidThreshold: number
  /** Probability that the sound is the text. */
  isText(facts: Features): number
}

type Weights = { word: LinearModel & { threshold: number }; text: LinearModel; shortText: LinearModel }

/** A text of so many words says too little to be judged as a longer one. */
const SHORT_WORDS = 2

export function openDetectors(directory?: string): Detectors {
  const path = directory ? `${directory}/detectors.json` : new URL('weights/detectors.json', import.meta.url)
  // Our own file, written by the training and checked by the canaries.
  const { word, text, shortText } = JSON.parse(readFileSync(path, 'utf8')) as Weights
  return {
    wasSaid: (facts) => predictProbability(word, facts),
    saidThreshold: word.threshold,
    isText: (facts) => predictProbability(isShort(facts) ? shortText : text, facts),
  }
}

/** `words` of `textFacts` is the logarithm of their number. */
const isShort = ({ words = 0 }: Features) => words < Math.log(SHORT_WORDS + 0.5)
