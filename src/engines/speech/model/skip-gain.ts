import { CLASS_COUNT, type HeardFrames, meanPosteriors } from './acoustic-model.ts'
import type { WordSpan } from './align-words.ts'
import { graphOf, type PhoneText } from './frame-graph.ts'
import { bestPath } from './viterbi.ts'

/** The gain of one word is found between its neighbours, and never longer than this, in frames. */
const LONGEST_WINDOW = 250
/** Nats; more is certainty. */
const MOST = 60

export type SkipGain = {
  /** Log likelihood that is lost when the word is left out and its neighbours take its sound. Low: it was not said. */
  gain: number
  /** The same for each of its phones. */
  gainPerPhone: number
  /** As `gain`, by the model of native speech alone, in its own scale. */
  nativeGain: number
}

/** How much each word of an aligned text is needed to explain the sound. */
export function skipGains(heard: HeardFrames, text: PhoneText, words: readonly WordSpan[]): SkipGain[] {
  const posteriors = meanPosteriors(heard)
  return words.map((word, at) => {
    const window = windowOf(words, at, heard.frameCount)
    const before = text.slice(Math.max(0, at - 1), at)
    const after = text.slice(at + 1, at + 2)
    const gainBy = (values: Float32Array) => {
      const scores = {
        values: values.subarray(window.first * CLASS_COUNT, window.last * CLASS_COUNT),
        frameCount: window.last - window.first,
        width: CLASS_COUNT,
      }
      const kept = likelihoodOf([...before, [wayOf(word)], ...after], scores)
      const skipped = likelihoodOf([...before, ...after], scores)
      return Math.max(-MOST, Math.min(MOST, kept - skipped))
    }
    const gain = gainBy(posteriors)
    return { gain, gainPerPhone: gain / Math.max(1, word.phones.length), nativeGain: gainBy(heard.native) }
  })
}

type Scores = { values: Float32Array; frameCount: number; width: number }

function likelihoodOf(text: PhoneText, scores: Scores): number {
  const graph = graphOf(text)
  const path = bestPath(graph, scores)
  if (!path) return Number.NEGATIVE_INFINITY
  return path.reduce(
    (sum, state, frame) =>
      sum + (scores.values[frame * scores.width + (graph.states[state]?.class ?? 0)] ?? 0),
    0,
  )
}

const wayOf = (word: WordSpan) => word.phones.map((phone) => phone.class)

/** From the first frame of the word before to the last of the word after, with the pauses at the ends of the text. */
function windowOf(words: readonly WordSpan[], at: number, frameCount: number) {
  const own = words[at]?.phones
  const centre = own?.[0]?.first ?? 0
  const first = words[at - 1]?.phones[0]?.first ?? 0
  const last = words[at + 1]?.phones.at(-1)?.last ?? frameCount
  return {
    first: Math.max(first, centre - LONGEST_WINDOW),
    last: Math.min(last, Math.max(own?.at(-1)?.last ?? 0, centre) + LONGEST_WINDOW, frameCount),
  }
}
