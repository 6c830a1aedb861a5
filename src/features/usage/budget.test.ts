import { describe, expect, test } from 'vitest'
import { formatDollars, parseDollars, reachedLimit } from './budget.ts'

test.each([
  ['0', 0],
  ['5', 5_000_000],
  ['0.1', 100_000],
  // As products of fractions they would be 2,000,001.0000000002 and 16,079,999.999999998.
  ['2.000001', 2_000_001],
  ['16.08', 16_080_000],
  ['999999999.999999', 999_999_999_999_999],
])('%s dollars are %d micro-dollars', (text, microUsd) => {
  expect(parseDollars(text)).toBe(microUsd)
})

test.each([
  '',
  '-1',
  '+1',
  '1e3',
  '1,5',
  '.5',
  '1.',
  '0.0000001',
  ' 1',
  '1 ',
  'NaN',
  'Infinity',
  '1000000000',
  '$1',
])("'%s' is no amount", (text) => {
  expect(parseDollars(text)).toBeUndefined()
})

test.each([
  [0, '0.00'],
  [100_000, '0.10'],
  [2_000_001, '2.000001'],
  [1_005_000, '1.005'],
  [50_000_000, '50.00'],
])('%d micro-dollars are written as %s', (microUsd, text) => {
  expect(formatDollars(microUsd)).toBe(text)
})

describe('a limit is reached', () => {
  const reached = (softMicroUsd: number | null, hardMicroUsd: number | null, spentMicroUsd: number) =>
    reachedLimit({ appId: 'app-1', scope: 'app', softMicroUsd, hardMicroUsd, spentMicroUsd })

  test('by spending as much, not only more', () => {
    expect(reached(10, 20, 9)).toBeUndefined()
    expect(reached(10, 20, 10)).toBe('soft')
    expect(reached(10, 20, 19)).toBe('soft')
    expect(reached(10, 20, 20)).toBe('hard')
  })

  test('at once when it is nothing, and never when there is none', () => {
    expect(reached(null, 0, 0)).toBe('hard')
    expect(reached(null, null, 1_000)).toBeUndefined()
  })
})
