import { expect, test } from 'vitest'
import { estimatedUsage, reportedUsage, UNKNOWN_USAGE } from './usage.ts'

test.each([
  ['a whole report', { inputTokens: 100, cachedInputTokens: 40, outputTokens: 7 }, 40],
  [
    'a report that says nothing of a cache',
    { inputTokens: 100, cachedInputTokens: undefined, outputTokens: 7 },
    null,
  ],
])('%s is taken as it is', (_, report, cachedInputTokens) => {
  expect(reportedUsage(report)).toEqual({
    basis: 'reported',
    inputTokens: 100,
    cachedInputTokens,
    cacheWriteTokens: null,
    outputTokens: 7,
    reasoningTokens: null,
  })
})

test.each([
  ['missing', undefined],
  ['null', null],
  ['negative', -1],
  ['fractional', 1.5],
  ['absurd', 1e12],
  ['not a number', Number.NaN],
  ['text', '12'],
])('counts that are %s make all usage unknown, never zero (faults.md C13)', (_, count) => {
  expect(reportedUsage({ inputTokens: count, cachedInputTokens: 0, outputTokens: 5 })).toEqual(UNKNOWN_USAGE)
  expect(reportedUsage({ inputTokens: 5, cachedInputTokens: 0, outputTokens: count })).toEqual(UNKNOWN_USAGE)
})

test.each([
  ['more read from the cache than came in', { cachedInputTokens: 6 }],
  ['more read and written than came in', { cachedInputTokens: 3, cacheWriteTokens: 3 }],
  ['more reasoning than output', { reasoningTokens: 6 }],
])('%s makes all usage unknown', (_, parts) => {
  expect(reportedUsage({ inputTokens: 5, outputTokens: 5, ...parts })).toEqual(UNKNOWN_USAGE)
})

test('an estimate counts the tokens of all messages, and prefers the input that the vendor told', async () => {
  const messages = [
    { role: 'system' as const, text: 'You sell coffee.' },
    { role: 'user' as const, text: 'One iced americano, please.' },
  ]
  const text = 'Sure, coming up.'
  expect(await estimatedUsage(messages, { text, inputTokens: undefined })).toEqual({
    basis: 'estimated',
    // 4 and 6 of words, and 4 of each message.
    inputTokens: 18,
    cachedInputTokens: null,
    cacheWriteTokens: null,
    outputTokens: 5,
    reasoningTokens: null,
  })
  expect(await estimatedUsage(messages, { text: '', inputTokens: 11 })).toMatchObject({
    inputTokens: 11,
    outputTokens: 0,
  })
})
