import type { AudioQuality } from '../assessment.ts'
import { bandwidthOf } from './bandwidth.ts'
import { withoutOffset } from './loudness.ts'
import { trackPitch } from './pitch.ts'
import { findSpeech, type Span } from './speech-activity.ts'

/** A sample this near to full scale was cut off. */
const CLIPPED_LEVEL = 0.999
/** Share of clipped samples at which vowels lose their shape. */
const MAX_CLIPPING_RATIO = 0.05
/** Below this the aligner's times follow the noise. */
const MIN_SNR_DB = 5
const MIN_SPEECH_MS = 120
/** Every word has a vowel: sound of which less than this share of frames has a pitch is noise. */
const MIN_VOICED_RATIO = 0.02

export type AudioAnalysis = { quality: AudioQuality; spans: Span[]; frequenciesHz: Float32Array }

/** Whether a recording can be scored at all. `reason` is the first that applies of no_speech, clipped, too_noisy. */
export function analyseAudio(samples: Float32Array, sampleRateHz: number): AudioAnalysis {
  const centred = withoutOffset(samples)
  const { spans, speechDbfs, noiseDbfs } = findSpeech(centred, sampleRateHz)
  const { frequenciesHz, hopMs } = trackPitch(centred, sampleRateHz)
  const durationMs = (samples.length / sampleRateHz) * 1_000
  const speechMs = spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  const voicedMs = frequenciesHz.filter((hz) => hz > 0).length * hopMs
  const bandwidthHz = bandwidthOf(centred, spans, sampleRateHz)
  const facts = {
    snrDb: speechDbfs === undefined || noiseDbfs === undefined ? null : Math.round(speechDbfs - noiseDbfs),
    clippingRatio: roundRatio(clippedCount(samples) / Math.max(1, samples.length)),
    speechRatio: durationMs > 0 ? roundRatio(speechMs / durationMs) : 0,
    ...(bandwidthHz !== undefined && { bandwidthHz }),
  }
  const hasSpeech = speechMs >= MIN_SPEECH_MS && voicedMs >= speechMs * MIN_VOICED_RATIO
  const reason = hasSpeech ? faultOf(facts) : 'no_speech'
  const quality = reason ? { ...facts, usable: false, reason } : { ...facts, usable: true }
  return { quality, spans, frequenciesHz }
}

function faultOf({ snrDb, clippingRatio }: { snrDb: number | null; clippingRatio: number }) {
  if (clippingRatio > MAX_CLIPPING_RATIO) return 'clipped'
  if (snrDb !== null && snrDb < MIN_SNR_DB) return 'too_noisy'
  return undefined
}

function clippedCount(samples: Float32Array): number {
  let count = 0
  for (const sample of samples) if (Math.abs(sample) >= CLIPPED_LEVEL) count += 1
  return count
}

const roundRatio = (ratio: number) => Math.round(ratio * 1_000) / 1_000
