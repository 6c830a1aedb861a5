/** Fundamental frequency of each frame in Hz; 0 where the frame is not voiced. */
export type PitchTrack = { frequenciesHz: Float32Array; hopMs: number }

const MIN_HZ = 70
const MAX_HZ = 500
const HOP_MS = 20
/** Two periods of the lowest voice. */
const WINDOW_MS = 2_000 / MIN_HZ
/** Step 4 of the method: the dip that is taken for the period must be this deep. */
const MAX_APERIODICITY = 0.2
/** -50 dBFS: quieter frames are not searched. */
const MIN_MEAN_SQUARE = 1e-5

/**
 * The YIN estimator (de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music",
 * JASA 111, 2002, steps 1 to 5), on the signal at half its rate: voices lie far below 4 kHz.
 */
export function trackPitch(samples: Float32Array, sampleRateHz: number): PitchTrack {
  const halved = halveRate(samples)
  const rateHz = sampleRateHz / 2
  const windowSamples = Math.round((WINDOW_MS / 1_000) * rateHz)
  const hopSamples = Math.round((HOP_MS / 1_000) * rateHz)
  const maxLag = Math.ceil(rateHz / MIN_HZ)
  const frameCount = Math.max(0, 1 + Math.floor((halved.length - windowSamples - maxLag) / hopSamples))
  const frequenciesHz = new Float32Array(frameCount)
  for (let frame = 0; frame < frameCount; frame += 1) {
    const start = frame * hopSamples
    const period = periodOf(halved.subarray(start, start + windowSamples + maxLag), windowSamples, {
      minLag: Math.floor(rateHz / MAX_HZ),
      maxLag,
    })
    frequenciesHz[frame] = period === undefined ? 0 : rateHz / period
  }
  return { frequenciesHz, hopMs: HOP_MS }
}

/** Mean of neighbours, which is enough of a low-pass here. */
function halveRate(samples: Float32Array): Float32Array {
  const halved = new Float32Array(Math.floor(samples.length / 2))
  for (let index = 0; index < halved.length; index += 1) {
    halved[index] = ((samples[2 * index] ?? 0) + (samples[2 * index + 1] ?? 0)) / 2
  }
  return halved
}

function periodOf(
  frame: Float32Array,
  windowSamples: number,
  { minLag, maxLag }: { minLag: number; maxLag: number },
): number | undefined {
  let energy = 0
  for (const sample of frame) energy += sample * sample
  if (energy / frame.length < MIN_MEAN_SQUARE) return undefined
  const differences = normalisedDifferences(frame, windowSamples, maxLag)
  for (let lag = minLag; lag < maxLag; lag += 1) {
    const here = differences[lag] ?? 1
    const isDip = here <= (differences[lag - 1] ?? 1) && here < (differences[lag + 1] ?? 1)
    if (isDip && here < MAX_APERIODICITY) return lag + parabolaOffset(differences, lag)
  }
  return undefined
}

/** The cumulative mean normalised difference function, equation 8. */
function normalisedDifferences(frame: Float32Array, windowSamples: number, maxLag: number): Float64Array {
  const differences = new Float64Array(maxLag + 1).fill(1)
  let sum = 0
  for (let lag = 1; lag <= maxLag; lag += 1) {
    let difference = 0
    for (let index = 0; index < windowSamples; index += 1) {
      const delta = (frame[index] ?? 0) - (frame[index + lag] ?? 0)
      difference += delta * delta
    }
    sum += difference
    differences[lag] = sum > 0 ? (difference * lag) / sum : 1
  }
  return differences
}

function parabolaOffset(values: Float64Array, index: number): number {
  const before = values[index - 1] ?? 1
  const here = values[index] ?? 1
  const after = values[index + 1] ?? 1
  const curvature = before - 2 * here + after
  return curvature > 0 ? (before - after) / (2 * curvature) : 0
}
