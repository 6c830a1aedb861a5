const PEAK = 0.9

/**
 * The same sound with its largest sample at 0.9 of full scale, as a copy. The decoder's scores depend a little on
 * the level, and how loud a learner was recorded must not be a score.
 * Silence stays as it is.
 */
export function withPeak(samples: Float32Array): Float32Array {
  const largest = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)
  return largest > 0 ? samples.map((sample) => (sample / largest) * PEAK) : samples.slice()
}
