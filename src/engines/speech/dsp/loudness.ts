/** Reported for digital silence, where the logarithm has no value. */
export const SILENCE_DBFS = -100

/**
 * Root-mean-square level of each frame, in dB relative to full scale (a full-scale square wave is 0 dBFS).
 * Samples are mono, in [-1, 1]. A trailing part shorter than one frame is dropped, as in Kaldi's `snip-edges`.
 */
export function frameLevelsDbfs(
  samples: Float32Array,
  frameSamples: number,
  hopSamples: number,
): Float32Array {
  const frameCount = Math.max(0, 1 + Math.floor((samples.length - frameSamples) / hopSamples))
  const levels = new Float32Array(frameCount)
  for (let frame = 0; frame < frameCount; frame += 1) {
    const start = frame * hopSamples
    let energy = 0
    for (const sample of samples.subarray(start, start + frameSamples)) energy += sample * sample
    levels[frame] = toDbfs(energy / frameSamples)
  }
  return levels
}

export function toDbfs(meanSquare: number): number {
  return meanSquare > 0 ? Math.max(SILENCE_DBFS, 10 * Math.log10(meanSquare)) : SILENCE_DBFS
}

export function toMeanSquare(levelDbfs: number): number {
  return levelDbfs <= SILENCE_DBFS ? 0 : 10 ** (levelDbfs / 10)
}

/** The same sound around zero: a constant offset of cheap microphones would otherwise count as loudness. */
export function withoutOffset(samples: Float32Array): Float32Array {
  if (samples.length === 0) return samples
  let sum = 0
  for (const sample of samples) sum += sample
  const offset = sum / samples.length
  return Math.abs(offset) < NEGLIGIBLE_OFFSET ? samples : samples.map((sample) => sample - offset)
}

/** -80 dBFS, below the noise of any microphone. */
const NEGLIGIBLE_OFFSET = 1e-4
