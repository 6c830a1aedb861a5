import type { AudioQuality } from '../assessment.ts'
import { analyseAudio } from '../dsp/quality.ts'
import type { Span } from '../dsp/speech-activity.ts'
import { SAMPLE_RATE_HZ } from '../sample-rate.ts'

/** What the sound itself says about how much of it is speech. */
export type SpeechEvidence = { durationMs: number; spans: readonly Span[]; quality: AudioQuality }

export function findEvidence(samples: Float32Array): SpeechEvidence {
  const { quality, spans } = analyseAudio(samples, SAMPLE_RATE_HZ)
  return { durationMs: Math.round((samples.length / SAMPLE_RATE_HZ) * 1_000), spans, quality }
}

/** Models place words up to this far from where they are. */
const TIME_SLACK_MS = 300

/** Speech at and around two times, or in all of the sound where a time is not known. */
export function speechMsIn(
  { spans, durationMs }: SpeechEvidence,
  { startMs, endMs }: { startMs: number | null; endMs: number | null },
): number {
  const from = startMs === null || endMs === null ? 0 : startMs - TIME_SLACK_MS
  const to = startMs === null || endMs === null ? durationMs : endMs + TIME_SLACK_MS
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.endMs, to) - Math.max(span.startMs, from)),
    0,
  )
}
