import { frameLevelsDbfs, toDbfs, toMeanSquare } from './loudness.ts'
import { quantileOf } from './statistics.ts'

export type Span = { startMs: number; endMs: number }

export type SpeechActivity = {
  /** Loud stretches in order; gaps shorter than MIN_GAP_MS belong to the speech around them. */
  spans: Span[]
  /** Mean power inside the spans and outside of them; `undefined` where there is no such frame. */
  speechDbfs: number | undefined
  noiseDbfs: number | undefined
}

const FRAME_MS = 25
const HOP_MS = 10
/** The closure of a stop consonant between vowels lasts up to about 150 ms. */
const MIN_GAP_MS = 200
/** Shorter bursts are clicks: the shortest vowels of fast speech last about 40 ms, frames overlap by 15. */
const MIN_SPAN_MS = 60
/** Below this the loudest parts of a recording are noise of the microphone itself. */
const MIN_PEAK_DBFS = -60
/** Loud minus quiet parts of a recording: 1-2 dB in steady noise or a tone, over 15 dB in any speech. */
const MIN_RANGE_DB = 9
/** The threshold lies at this share of the range above the noise, but no further below the peak than speech reaches. */
const THRESHOLD_SHARE = 0.3
const SPEECH_RANGE_DB = 35

/**
 * Where somebody speaks, by loudness alone: the threshold follows the recording's own noise (its 10th percentile)
 * and peak (its 95th). Steady sound of any loudness yields no span.
 */
export function findSpeech(samples: Float32Array, sampleRateHz: number): SpeechActivity {
  const samplesPerMs = sampleRateHz / 1_000
  const levels = frameLevelsDbfs(samples, FRAME_MS * samplesPerMs, HOP_MS * samplesPerMs)
  const quiet = quantileOf(levels, 0.1)
  const peak = quantileOf(levels, 0.95)
  if (quiet === undefined || peak === undefined || peak < MIN_PEAK_DBFS || peak - quiet < MIN_RANGE_DB) {
    return { spans: [], speechDbfs: undefined, noiseDbfs: powerOf(levels, () => true) }
  }
  const threshold = Math.max(quiet + THRESHOLD_SHARE * (peak - quiet), peak - SPEECH_RANGE_DB)
  const spans = joinNear(spansAbove(levels, threshold))
  const isSpeech = (frame: number) =>
    spans.some(({ startMs, endMs }) => frame * HOP_MS >= startMs && frame * HOP_MS + FRAME_MS <= endMs)
  return {
    spans,
    speechDbfs: powerOf(levels, isSpeech),
    noiseDbfs: powerOf(levels, (frame) => !isSpeech(frame)),
  }
}

function spansAbove(levels: Float32Array, thresholdDbfs: number): Span[] {
  const spans: Span[] = []
  for (const [frame, level] of levels.entries()) {
    if (level < thresholdDbfs) continue
    const startMs = frame * HOP_MS
    const last = spans.at(-1)
    if (last && startMs <= last.endMs) last.endMs = startMs + FRAME_MS
    else spans.push({ startMs, endMs: startMs + FRAME_MS })
  }
  return spans
}

function joinNear(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    if (last && span.startMs - last.endMs < MIN_GAP_MS) last.endMs = span.endMs
    else joined.push({ ...span })
  }
  return joined.filter(({ startMs, endMs }) => endMs - startMs >= MIN_SPAN_MS)
}

function powerOf(levels: Float32Array, isIncluded: (frame: number) => boolean): number | undefined {
  let sum = 0
  let count = 0
  for (const [frame, level] of levels.entries()) {
    if (!isIncluded(frame)) continue
    sum += toMeanSquare(level)
    count += 1
  }
  return count > 0 ? toDbfs(sum / count) : undefined
}
