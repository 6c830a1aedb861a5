import { frameLevelsDbfs } from '../dsp/loudness.ts'
import { quantileOf } from '../dsp/statistics.ts'
import { FRAME_MS } from './acoustic-model.ts'

/** Level and pitch of each 20 ms, relative to the recording itself: neither gain nor voice is a score. */
export type Voice = {
  /** dB above the median of the louder half, from -50. */
  levels: Float32Array
  /** Semitones above the median pitch; NaN without a pitch. */
  semitones: Float32Array
}

const WINDOW_MS = 25
const LEAST_DB = -50

export type VoiceInput = {
  samples: Float32Array
  sampleRateHz: number
  /** Pitch every 20 ms in Hz, 0 without a pitch. */
  frequenciesHz: Float32Array
  frameCount: number
}

export function voiceOf({ samples, sampleRateHz, frequenciesHz, frameCount }: VoiceInput): Voice {
  const perMs = sampleRateHz / 1_000
  const dbfs = frameLevelsDbfs(samples, WINDOW_MS * perMs, FRAME_MS * perMs)
  const loud = quantileOf(dbfs, 0.75) ?? 0
  const median =
    quantileOf(
      [...frequenciesHz].filter((hz) => hz > 0),
      0.5,
    ) ?? 1
  return {
    levels: Float32Array.from({ length: frameCount }, (_, frame) =>
      Math.max(LEAST_DB, (dbfs[frame] ?? loud) - loud),
    ),
    semitones: Float32Array.from({ length: frameCount }, (_, frame) => {
      const hz = frequenciesHz[frame] ?? 0
      return hz > 0 ? 12 * Math.log2(hz / median) : Number.NaN
    }),
  }
}
