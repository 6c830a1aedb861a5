import { describe, expect, test } from 'vitest'
import { frameLevelsDbfs, SILENCE_DBFS, withoutOffset } from './loudness.ts'

const sine = (amplitude: number, count: number) =>
  Float32Array.from({ length: count }, (_, index) => amplitude * Math.sin((2 * Math.PI * index) / 100))

describe('frameLevelsDbfs', () => {
  test('a full-scale square wave is 0 dBFS and a full-scale sine 3.01 dB below it', () => {
    const square = Float32Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? 1 : -1))

    expect(frameLevelsDbfs(square, 400, 160)[0]).toBeCloseTo(0, 5)
    expect(frameLevelsDbfs(sine(1, 400), 400, 160)[0]).toBeCloseTo(-3.0103, 3)
  })

  test('half the amplitude is 6.02 dB less', () => {
    expect(frameLevelsDbfs(sine(0.5, 400), 400, 160)[0]).toBeCloseTo(-9.0309, 3)
  })

  test('digital silence has the floor level, and a tail shorter than a frame is dropped', () => {
    expect([...frameLevelsDbfs(new Float32Array(719), 400, 160)]).toEqual([SILENCE_DBFS, SILENCE_DBFS])
    expect(frameLevelsDbfs(new Float32Array(399), 400, 160)).toHaveLength(0)
  })
})

test('withoutOffset leaves the wave and takes its constant part away', () => {
  const shifted = sine(0.5, 400).map((sample) => sample + 0.25)

  const [level] = frameLevelsDbfs(withoutOffset(shifted), 400, 160)

  expect(level).toBeCloseTo(-9.0309, 3)
})
