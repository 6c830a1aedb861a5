import { expect, test } from 'vitest'
import { createAdaptiveLimit } from './adaptive-limit.ts'

const CEILING = 200

function givenLimit() {
  let at = 0
  const limit = createAdaptiveLimit(CEILING, () => at)
  /** As many intervals in which each newcomer waits so long. */
  const pass = (intervals: number, waitsMs: number[], taken: () => number) => {
    for (let index = 0; index < intervals; index += 1) {
      for (const waitMs of waitsMs) limit.measured(waitMs, taken())
      at += 300
    }
  }
  return { limit, pass }
}

test('places become fewer while even the shortest wait is long (faults.md H4)', () => {
  const { limit, pass } = givenLimit()
  pass(2, [5], () => 10)
  pass(20, [400, 900], () => limit.places)

  expect(limit.places).toBe(64)
})

test('a burst that some pass quickly takes no place away', () => {
  const { limit, pass } = givenLimit()
  pass(10, [5, 900], () => 200)

  expect(limit.places).toBe(CEILING)
})

test('a database that is always slow takes no place away', () => {
  const { limit, pass } = givenLimit()
  pass(10, [120, 150], () => 200)

  expect(limit.places).toBe(CEILING)
})

test('places grow again up to the ceiling once the queue is gone (faults.md H4)', () => {
  const { limit, pass } = givenLimit()
  pass(2, [5], () => 10)
  pass(10, [400], () => limit.places)
  pass(150, [5], () => limit.places)

  expect(limit.places).toBe(CEILING)
})

test('places that nobody takes do not grow', () => {
  const { limit, pass } = givenLimit()
  pass(2, [5], () => 10)
  pass(10, [400], () => limit.places)
  const before = limit.places
  pass(50, [5], () => 1)

  expect(limit.places).toBe(before)
})
