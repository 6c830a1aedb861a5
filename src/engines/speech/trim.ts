import type { Span } from './dsp/speech-activity.ts'
import { SAMPLE_RATE_HZ } from './sample-rate.ts'

/** The decoder learns the noise from what precedes the speech, and quiet consonants lie outside of the loud spans. */
const MARGIN_MS = 300

/** The part of a recording from its first to its last loud span: a view, not a copy. */
export function trimToSpeech(
  samples: Float32Array,
  spans: readonly Span[],
): { samples: Float32Array; offsetMs: number } {
  const first = spans[0]
  const last = spans.at(-1)
  if (!first || !last) return { samples, offsetMs: 0 }
  const offsetMs = Math.max(0, first.startMs - MARGIN_MS)
  const samplesPerMs = SAMPLE_RATE_HZ / 1_000
  return {
    samples: samples.subarray(offsetMs * samplesPerMs, (last.endMs + MARGIN_MS) * samplesPerMs),
    offsetMs,
  }
}

/** Times inside the trimmed part as times of the whole recording. */
export function shiftBy<T extends { startMs: number }>(items: readonly T[], offsetMs: number): T[] {
  return items.map((item) => ({ ...item, startMs: item.startMs + offsetMs }))
}
