import { expect, test } from 'vitest'
import { readRetryAfterS } from './retry-after.ts'

const nowMs = Date.parse('2026-11-21T09:00:00Z')

test.each<[string, Record<string, string>, number | undefined]>([
  ['seconds', { 'retry-after': '20' }, 20],
  ['zero', { 'retry-after': '0' }, 0],
  ['milliseconds, which are more exact', { 'retry-after-ms': '1500', 'retry-after': '2' }, 1.5],
  ['a date against our clock', { 'retry-after': 'Sat, 21 Nov 2026 09:00:05 GMT' }, 5],
  [
    "a date against the sender's clock",
    { 'retry-after': 'Sat, 21 Nov 2026 10:00:05 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' },
    5,
  ],
  ['a date in the past', { 'retry-after': 'Sat, 21 Nov 2026 08:00:00 GMT' }, 0],
  ['a month that is none', { 'retry-after': 'Sat, 21 Nop 2026 08:00:00 GMT' }, undefined],
  ['garbage', { 'retry-after': 'soon' }, undefined],
  ['a negative number', { 'retry-after': '-1' }, undefined],
  ['a number beyond all bounds', { 'retry-after': '9'.repeat(400) }, undefined],
  ['a bare year', { 'retry-after': '2027-01' }, undefined],
  ['nothing', {}, undefined],
])('%s', (_, headers, seconds) => {
  expect(readRetryAfterS(new Headers(headers), nowMs)).toBe(seconds)
})

test('a failure without headers asks for nothing', () => {
  expect(readRetryAfterS(undefined, nowMs)).toBeUndefined()
})
