import { describe, expect, test } from 'vitest'
import { analyseAudio } from './quality.ts'

const RATE = 16_000
/** A 150 Hz voice of the given amplitude between 0.5 s and 1.5 s of two seconds, over noise. */
function voice(amplitude: number, noiseAmplitude: number): Float32Array {
  let state = 1
  return Float32Array.from({ length: 2 * RATE }, (_, index) => {
    state = (state * 16_807) % 2_147_483_647
    const noise = (state / 2_147_483_647 - 0.5) * 2 * noiseAmplitude
    const isVoiced = index >= RATE / 2 && index < (3 * RATE) / 2
    return noise + (isVoiced ? amplitude * Math.sin((2 * Math.PI * 150 * index) / RATE) : 0)
  })
}

const limited = (samples: Float32Array) => samples.map((sample) => Math.min(1, Math.max(-1, sample)))

describe('analyseAudio', () => {
  test('measures the ratio of voice to noise and the share of speech', () => {
    // Power of a sine of 0.1: 0.005. Power of uniform noise of ±0.01: 0.01² / 3. Ratio: 21.8 dB.
    const { quality } = analyseAudio(voice(0.1, 0.01), RATE)

    expect(Math.abs((quality.snrDb ?? 0) - 21.8)).toBeLessThanOrEqual(1)
    expect(quality.speechRatio).toBeGreaterThan(0.48)
    expect(quality.speechRatio).toBeLessThan(0.53)
    expect(quality).toMatchObject({ usable: true, clippingRatio: 0 })
  })

  test('silence, steady noise, a burst of noise and a constant offset are no speech', () => {
    const burst = voice(0, 0.3).map((sample, index) => (index > RATE ? sample : sample / 1_000))

    for (const samples of [new Float32Array(RATE), voice(0, 0.3), burst, new Float32Array(RATE).fill(0.5)]) {
      expect(analyseAudio(samples, RATE).quality).toMatchObject({ usable: false, reason: 'no_speech' })
    }
  })

  test('a voice pushed against full scale is clipped', () => {
    // |sin| > 1/4 for 84 % of the time, of half of the recording.
    const { quality } = analyseAudio(limited(voice(4, 0.001)), RATE)

    expect(Math.abs(quality.clippingRatio - 0.42)).toBeLessThan(0.01)
    expect(quality).toMatchObject({ usable: false, reason: 'clipped' })
  })
})
