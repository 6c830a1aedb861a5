import { expect, test } from 'vitest'
import { createFairShares } from './fair-shares.ts'

const PLACES = 8
const holder = (appId: string, userId = 'u') => ({ appId, userId })

function givenShares() {
  let at = 0
  const shares = createFairShares(() => at)
  return {
    shares,
    pass: (ms: number) => {
      at += ms
    },
    fill: (appId: string, userIds: string[]) => userIds.map((userId) => shares.take(holder(appId, userId))),
  }
}

test('one app may hold all places while nobody else wants one (faults.md H8)', () => {
  const { shares, fill } = givenShares()
  fill('greedy', Array(PLACES - 1).fill('u'))

  expect(shares.mayTake(holder('greedy'), PLACES)).toBe(true)
})

test('an app beyond its share gives way to one that was refused, until both hold the same (faults.md H8)', () => {
  const { shares, fill } = givenShares()
  const places = fill('greedy', Array(PLACES).fill('u'))
  expect(shares.mayTake(holder('modest'), PLACES)).toBe(false)
  places.pop()?.()

  expect(shares.mayTake(holder('greedy'), PLACES)).toBe(false)
  expect(shares.mayTake(holder('modest'), PLACES)).toBe(true)
})

test('a refused app that does not come back keeps nobody out for long', () => {
  const { shares, fill, pass } = givenShares()
  const places = fill('greedy', Array(PLACES).fill('u'))
  shares.mayTake(holder('modest'), PLACES)
  places.pop()?.()
  pass(3_001)

  expect(shares.mayTake(holder('greedy'), PLACES)).toBe(true)
})

test('a learner beyond its share gives way to another of the same app (faults.md H8)', () => {
  const { shares, fill } = givenShares()
  const places = fill('app', Array(PLACES).fill('busy'))
  shares.mayTake(holder('app', 'quiet'), PLACES)
  places.pop()?.()

  expect(shares.mayTake(holder('app', 'busy'), PLACES)).toBe(false)
  expect(shares.mayTake(holder('app', 'quiet'), PLACES)).toBe(true)
})

test('a place that is given back twice is free once', () => {
  const { shares, fill } = givenShares()
  const [giveBack] = fill('app', ['one', 'two'])
  giveBack?.()
  giveBack?.()

  expect(shares.taken).toBe(1)
})
