import { describe, expect, test } from 'vitest'
import { trackPitch } from './pitch.ts'

const RATE = 16_000
const wave = (sample: (seconds: number) => number, seconds = 1) =>
  Float32Array.from({ length: seconds * RATE }, (_, index) => sample(index / RATE))

describe('trackPitch', () => {
  test.each([90, 120, 220, 310.5, 440])('a tone of %d Hz with overtones is found within 1 %%', (hz) => {
    const tone = wave(
      (t) =>
        0.2 * Math.sin(2 * Math.PI * hz * t) +
        0.15 * Math.sin(4 * Math.PI * hz * t) +
        0.1 * Math.sin(6 * Math.PI * hz * t),
    )

    const { frequenciesHz } = trackPitch(tone, RATE)

    expect(frequenciesHz.length).toBeGreaterThan(40)
    for (const found of frequenciesHz) expect(Math.abs(found / hz - 1)).toBeLessThan(0.01)
  })

  test('silence and noise have no pitch', () => {
    let state = 1
    const noise = wave(() => {
      state = (state * 16_807) % 2_147_483_647
      return (state / 2_147_483_647 - 0.5) * 0.6
    })

    const voiced = trackPitch(noise, RATE).frequenciesHz.filter((hz) => hz > 0)

    expect(voiced.length).toBeLessThan(3)
    expect(Math.max(...trackPitch(new Float32Array(RATE), RATE).frequenciesHz)).toBe(0)
  })
})
