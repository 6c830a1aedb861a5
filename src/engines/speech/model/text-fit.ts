import { CLASS_COUNT, FRAME_MS } from './acoustic-model.ts'
import type { PhoneSpan } from './align-words.ts'
import { SILENCE_CLASS } from './frame-graph.ts'

const LONG_PHONE_FRAMES = 300 / FRAME_MS

/** Share of the frames by which phones are longer than 300 ms: a short text is stretched over a long sound. */
export function stretchedShare(phones: readonly PhoneSpan[], frameCount: number): number {
  const beyond = phones.map(({ first, last }) => Math.max(0, last - first - LONG_PHONE_FRAMES))
  return beyond.reduce((sum, frames) => sum + frames, 0) / Math.max(1, frameCount)
}

/**
 * How far the best path of a text, silence between its phones included, stays behind the likeliest class of every
 * frame: in nats a frame (of the scale of `values`), 0 for a text that explains all of the sound. Comparable between
 * texts of any length over the same sound.
 */
export function textFit(values: Float32Array, phones: readonly PhoneSpan[], frameCount: number): number {
  const classes = new Uint8Array(frameCount).fill(SILENCE_CLASS)
  for (const phone of phones) classes.fill(phone.class, phone.first, phone.last)
  let behind = 0
  for (let frame = 0; frame < frameCount; frame += 1) {
    const row = values.subarray(frame * CLASS_COUNT, (frame + 1) * CLASS_COUNT)
    behind += (row[classes[frame] ?? SILENCE_CLASS] ?? 0) - Math.max(...row)
  }
  return behind / Math.max(1, frameCount)
}
