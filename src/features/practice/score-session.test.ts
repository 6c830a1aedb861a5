import { describe, expect, test } from 'vitest'
import { combine } from './score-session.ts'

describe('combine', () => {
  test('weighs the weakest aspect 0.6 and the mean of the others 0.4', () => {
    expect(combine([90, 50])).toBe(66)
    expect(combine([80, 40, 60])).toBe(52)
  })

  test('is that one score when there is one, and nothing without any', () => {
    expect(combine([73])).toBe(73)
    expect(combine([])).toBeNull()
  })
})
