import { expect, test } from 'vitest'
import { deviationOf, meanOf, quantileOf } from './statistics.ts'

test('quantiles interpolate between neighbours', () => {
  expect(quantileOf([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantileOf([10, 20], 0.25)).toBe(12.5)
  expect(quantileOf([7], 0.95)).toBe(7)
  expect(quantileOf([], 0.5)).toBeUndefined()
})

test('mean and deviation of 2, 4, 4, 4, 5, 5, 7, 9 are 5 and 2', () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9]

  expect(meanOf(values)).toBe(5)
  expect(deviationOf(values)).toBe(2)
  expect(meanOf([])).toBeUndefined()
})
