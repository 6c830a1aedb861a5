import { expect, test } from 'vitest'
import { createSeenRequests } from './seen-requests.ts'

const request = (idempotencyKey: string | undefined, requestHash = 'one', appId = 'app') => ({
  appId,
  idempotencyKey,
  requestHash,
})

test('a key is known again with its request, and refused with another', () => {
  const hasSeen = createSeenRequests()

  expect(hasSeen(request('a'))).toBe(false)
  expect(hasSeen(request('a'))).toBe(true)
  expect(() => hasSeen(request('a', 'two'))).toThrow(
    expect.objectContaining({ code: 'idempotency.key_reused' }),
  )
})

test('keys of two apps, and requests without a key, have nothing to do with each other', () => {
  const hasSeen = createSeenRequests()
  hasSeen(request('a'))
  hasSeen(request(undefined))

  expect(hasSeen(request('a', 'two', 'another app'))).toBe(false)
  expect(hasSeen(request(undefined))).toBe(false)
})

test('of too many keys, the one that was used longest ago is forgotten', () => {
  const hasSeen = createSeenRequests(2)
  for (const key of ['a', 'b', 'a', 'c']) hasSeen(request(key))

  expect(hasSeen(request('a'))).toBe(true)
  expect(hasSeen(request('b', 'two'))).toBe(false)
})
