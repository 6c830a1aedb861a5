import { expect, test } from 'vitest'
import { bandwidthOf } from './bandwidth.ts'

const RATE = 16_000
const WHOLE = [{ startMs: 0, endMs: 1_000 }]

test('says up to which frequency the sound reaches', () => {
  expect(bandwidthOf(tones([300, 1_000, 3_200]), WHOLE, RATE)).toBeCloseTo(3_300, -3)
  expect(bandwidthOf(tones([300, 1_000, 7_000]), WHOLE, RATE)).toBeGreaterThan(6_900)
})

test('says nothing where nobody speaks', () => {
  expect(bandwidthOf(tones([300]), [], RATE)).toBeUndefined()
  expect(bandwidthOf(tones([300]), [{ startMs: 0, endMs: 10 }], RATE)).toBeUndefined()
})

function tones(frequencies: readonly number[]): Float32Array {
  return Float32Array.from({ length: RATE }, (_, at) =>
    frequencies.reduce((sum, hz) => sum + 0.1 * Math.sin((2 * Math.PI * hz * at) / RATE), 0),
  )
}
