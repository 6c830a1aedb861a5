/** Far below the noise of any room. */
const AMPLITUDE = 1e-4

/**
 * The samples with a whisper of noise, the same on every run. Software that suppresses noise, and synthetic voices, leave
 * stretches of nothing at all, which no microphone does: the models have never heard it, and its logarithm pulls every
 * mean that is taken over the recording.
 */
export function withDither(samples: Float32Array): Float32Array {
  let state = 1
  return samples.map((sample) => {
    // Park and Miller's generator.
    state = (state * 48_271) % 2_147_483_647
    return sample + AMPLITUDE * (state / 2_147_483_647 - 0.5)
  })
}
