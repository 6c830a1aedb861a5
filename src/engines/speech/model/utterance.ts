import { withDither } from '../dsp/dither.ts'
import { withoutOffset } from '../dsp/loudness.ts'
import { withPeak } from '../dsp/peak.ts'
import { type AudioAnalysis, analyseAudio } from '../dsp/quality.ts'
import { audioNoSpeech } from '../errors.ts'
import { SAMPLE_RATE_HZ } from '../sample-rate.ts'
import { trimToSpeech } from '../trim.ts'
import {
  type AcousticModel,
  CLASS_COUNT,
  FRAME_MS,
  type HeardFrames,
  meanPosteriors,
} from './acoustic-model.ts'
import { SILENCE_CLASS } from './frame-graph.ts'
import { listenInPieces } from './pieces.ts'
import { type Voice, voiceOf } from './voice.ts'

/** A recording as the models hear it. Frame 0 lies at `offsetMs`: what comes before is silence. */
export type Utterance = { analysis: AudioAnalysis; heard: HeardFrames; voice: Voice; offsetMs: number }

/**
 * Of what sounds like speech by its level and pitch, the acoustic model hears at least this share as phones, mostly far
 * more; of barks and bursts nearly nothing.
 */
const MIN_PHONE_SHARE = 0.2

/** One step of 16-bit sound: what never passes it is digital silence, of any length in a few kilobytes. */
const SILENCE_PEAK = 1 / 32_768

/**
 * Mono samples at 16 kHz of any level, with any silence around the speech. Throws `audio.no_speech` for digital silence,
 * on which the acoustic model would spend a second for each minute.
 */
export async function hearUtterance(model: AcousticModel, samples: Float32Array): Promise<Utterance> {
  const centred = withoutOffset(samples)
  if (centred.every((sample) => Math.abs(sample) <= SILENCE_PEAK)) throw audioNoSpeech()
  const analysis = analyseAudio(centred, SAMPLE_RATE_HZ)
  const trimmed = trimToSpeech(centred, analysis.spans)
  const heard = await listenInPieces(model, withDither(withPeak(trimmed.samples)))
  const voice = voiceOf({
    samples: trimmed.samples,
    sampleRateHz: SAMPLE_RATE_HZ,
    frequenciesHz: analysis.frequenciesHz.subarray(Math.round(trimmed.offsetMs / FRAME_MS)),
    frameCount: heard.frameCount,
  })
  return { analysis: withoutNoise(analysis, heard), heard, voice, offsetMs: trimmed.offsetMs }
}

/** The analysis, which a sound of no phones makes unusable. */
function withoutNoise(analysis: AudioAnalysis, heard: HeardFrames): AudioAnalysis {
  const spokenMs = analysis.spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  if (phoneFrames(heard) * FRAME_MS >= spokenMs * MIN_PHONE_SHARE) return analysis
  return { ...analysis, quality: { ...analysis.quality, usable: false, reason: 'no_speech' } }
}

function phoneFrames(heard: HeardFrames): number {
  const posteriors = meanPosteriors(heard)
  let count = 0
  for (let frame = 0; frame < heard.frameCount; frame += 1) {
    const row = posteriors.subarray(frame * CLASS_COUNT, (frame + 1) * CLASS_COUNT)
    if (row.indexOf(Math.max(...row)) !== SILENCE_CLASS) count += 1
  }
  return count
}
