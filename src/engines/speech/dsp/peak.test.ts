import { expect, test } from 'vitest'
import { withPeak } from './peak.ts'

test('a sound and the same sound at another level become one', () => {
  const samples = Float32Array.from([0.1, -0.4, 0.2])
  const levelled = withPeak(samples)
  expect([...levelled].map((sample) => Number(sample.toFixed(6)))).toEqual([0.225, -0.9, 0.45])
  expect(withPeak(samples.map((sample) => sample / 4))).toEqual(levelled)
  expect(samples[1]).toBeCloseTo(-0.4)
})

test('silence stays silence', () => {
  expect([...withPeak(new Float32Array(3))]).toEqual([0, 0, 0])
})
