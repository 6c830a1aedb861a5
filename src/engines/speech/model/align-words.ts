import { PHONES } from '../phones.ts'
import { CLASS_COUNT, FRAME_MS, type HeardFrames, meanPosteriors } from './acoustic-model.ts'
import { EXTRA_CLASS, graphOf, type PhoneText, SILENCE_CLASS } from './frame-graph.ts'
import { bestPath } from './viterbi.ts'

/** Frames of 20 ms from `first` up to `last`, without it. */
export type PhoneSpan = { class: number; first: number; last: number }

export type WordSpan = { phones: PhoneSpan[]; alternative: number }

/** The posteriors with the class of speech in no word. */
const EXTRA_WIDTH = CLASS_COUNT + 1

const CLASS_OF = new Map(PHONES.map((phone, index) => [phone, index]))

/** Pronunciations in ARPAbet without stress to classes of the model; symbols must be of `PHONES`. */
export function toClasses(phones: readonly string[]): number[] {
  return phones.map((phone) => CLASS_OF.get(phone) ?? 0)
}

/**
 * Speech in no word has to be this much likelier, in nats a frame, than what the words make of it, and last this long.
 * A careful choice: it is found in 4 % of readings of the right text, and in a quarter of those with a word too many.
 */
const EXTRA_COST = 3.5
const MIN_EXTRA_MS = 320

export type Span = { first: number; last: number }

/** Stretches of speech, in frames, that the text has no word for; empty for a reading without any. */
export function findExtra(heard: HeardFrames, text: PhoneText): Span[] {
  const graph = graphOf(text, { withExtra: true })
  const values = withExtraScores(meanPosteriors(heard), heard.frameCount)
  const path = bestPath(graph, { values, frameCount: heard.frameCount, width: EXTRA_WIDTH })
  const spans: Span[] = []
  for (const [frame, index] of (path ?? []).entries()) {
    if (graph.states[index]?.class !== EXTRA_CLASS) continue
    const open = spans.at(-1)
    if (open?.last === frame) open.last = frame + 1
    else spans.push({ first: frame, last: frame + 1 })
  }
  return spans.filter(({ first, last }) => (last - first) * FRAME_MS >= MIN_EXTRA_MS)
}

/** One more class beside the posteriors of each frame: its likeliest phone, at a cost. */
function withExtraScores(posteriors: Float32Array, frameCount: number): Float32Array {
  const values = new Float32Array(frameCount * EXTRA_WIDTH)
  for (let frame = 0; frame < frameCount; frame += 1) {
    const row = posteriors.subarray(frame * CLASS_COUNT, (frame + 1) * CLASS_COUNT)
    values.set(row, frame * EXTRA_WIDTH)
    values[frame * EXTRA_WIDTH + EXTRA_CLASS] = Math.max(...row.subarray(0, SILENCE_CLASS)) - EXTRA_COST
  }
  return values
}

/**
 * Lays every word over the sound, with pauses between words where there are any.
 * `undefined` when the sound has fewer frames than the text has phones.
 */
export function alignWords(heard: HeardFrames, text: PhoneText): WordSpan[] | undefined {
  const graph = graphOf(text)
  const scores = { values: meanPosteriors(heard), frameCount: heard.frameCount, width: CLASS_COUNT }
  const path = bestPath(graph, scores)
  if (!path) return undefined

  const words: WordSpan[] = text.map(() => ({ phones: [], alternative: 0 }))
  let previous = -1
  for (const [frame, index] of path.entries()) {
    const state = graph.states[index]
    const word = state && words[state.word]
    if (state && word) {
      const open = word.phones.at(-1)
      if (index === previous && open) open.last = frame + 1
      else {
        word.phones.push({ class: state.class, first: frame, last: frame + 1 })
        word.alternative = state.alternative
      }
    }
    previous = index
  }
  return words
}
