import type { AssessedWord, Repetition } from './assessment.ts'
import { CLASS_COUNT, FRAME_MS, type HeardFrames, meanPosteriors } from './model/acoustic-model.ts'
import type { Span, WordSpan } from './model/align-words.ts'
import { SILENCE_CLASS } from './model/frame-graph.ts'
import type { Reading } from './read-aloud.ts'

/** Share of a word's phones that extra speech must hold, in their order, to be that word again. */
const REPEATED_SHARE = 0.6

type AddedInput = { reading: Reading; heard: HeardFrames; offsetMs: number }

/**
 * Puts speech that the text has no word for among its words, as `inserted`, with the text of the neighbour that it
 * repeats, or none.
 */
export function findAdded(words: readonly AssessedWord[], { reading, heard, offsetMs }: AddedInput) {
  const posteriors = meanPosteriors(heard)
  const repetitions: Repetition[] = []
  const all = [...words]
  for (const span of reading.extra) {
    const times = { startMs: offsetMs + span.first * FRAME_MS, endMs: offsetMs + span.last * FRAME_MS }
    const before = lastIndex(reading.words, (word) => (word.phones[0]?.first ?? 0) < span.first)
    const after = reading.words.findIndex(
      (word) => word !== undefined && (word.phones[0]?.first ?? 0) >= span.first,
    )
    const sounds = soundsOf(posteriors, span)
    const repeated = [after, before].find((index) => resembles(reading.words[index], sounds))
    const text = repeated === undefined ? '' : (words[repeated]?.text ?? '')
    if (text !== '') repetitions.push({ text, ...times })
    const place = all.findIndex(({ startMs }) => startMs !== null && startMs >= times.startMs)
    all.splice(place < 0 ? all.length : place, 0, {
      text,
      ...times,
      score: null,
      stress: null,
      status: 'inserted',
      phones: [],
      unscored: 'not_in_text',
    })
  }
  return { words: all, repetitions }
}

function lastIndex(words: Reading['words'], isBefore: (word: WordSpan) => boolean): number {
  return words.findLastIndex((word) => word !== undefined && isBefore(word))
}

/** The likeliest phone of each frame, each once in a row, without silence. */
function soundsOf(posteriors: Float32Array, { first, last }: Span): number[] {
  const sounds: number[] = []
  for (let frame = first; frame < last; frame += 1) {
    const row = posteriors.subarray(frame * CLASS_COUNT, (frame + 1) * CLASS_COUNT)
    const best = row.indexOf(Math.max(...row))
    if (best !== SILENCE_CLASS && best !== sounds.at(-1)) sounds.push(best)
  }
  return sounds
}

function resembles(word: WordSpan | undefined, sounds: readonly number[]): boolean {
  if (!word) return false
  let found = 0
  let from = 0
  for (const { class: phone } of word.phones) {
    const at = sounds.indexOf(phone, from)
    if (at < 0) continue
    found += 1
    from = at + 1
  }
  return found / word.phones.length >= REPEATED_SHARE
}
