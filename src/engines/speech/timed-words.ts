import { FRAME_MS } from './model/acoustic-model.ts'
import type { WordSpan } from './model/align-words.ts'
import { PHONES } from './phones.ts'

export type TimedPhone = { phone: string; startMs: number; durationMs: number }

/** Frames as times of the recording, of which frame 0 lies at `offsetMs`. */
export function timePhones({ phones }: WordSpan, offsetMs: number): TimedPhone[] {
  return phones.map(({ class: index, first, last }) => ({
    phone: PHONES[index] ?? '',
    startMs: offsetMs + first * FRAME_MS,
    durationMs: (last - first) * FRAME_MS,
  }))
}

export function timesOf(phones: readonly TimedPhone[]): { startMs: number; endMs: number } {
  const first = phones[0]
  const last = phones.at(-1)
  return { startMs: first?.startMs ?? 0, endMs: last ? last.startMs + last.durationMs : 0 }
}
