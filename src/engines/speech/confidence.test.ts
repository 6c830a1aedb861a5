import { expect, test } from 'vitest'
import { confidenceOf } from './confidence.ts'

test('confidence is the probability of an error below ten points, less of it in noise', () => {
  // A normal error stays within one, two standard deviations in 68 % and 95 % of cases.
  expect(confidenceOf(0.1, 40)).toBe(0.68)
  expect(confidenceOf(0.05, null)).toBe(0.95)
  expect(confidenceOf(0.05, 10)).toBeLessThan(0.6)
  expect(confidenceOf(0.05, 18)).toBeLessThan(confidenceOf(0.05, 22))
})
