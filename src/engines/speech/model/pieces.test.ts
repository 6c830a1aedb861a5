import { expect, test } from 'vitest'
import { cutsOf } from './pieces.ts'

const SECOND = 16_000

test('ten seconds are one piece; longer sound is cut where it is quietest, and never after more than ten', () => {
  const loud = (seconds: number) =>
    Float32Array.from({ length: seconds * SECOND }, (_, at) => Math.sin(at / 5))
  expect(cutsOf(loud(10))).toEqual([0])

  const paused = loud(25).fill(0, 7 * SECOND, 7.4 * SECOND)
  const cuts = cutsOf(paused)

  const first = (cuts[1] ?? 0) * 0.02
  expect(first).toBeGreaterThan(7)
  expect(first).toBeLessThan(7.4)
  for (const [at, cut] of cuts.entries()) {
    expect(((cuts[at + 1] ?? 25 * 50) - cut) * 0.02).toBeLessThanOrEqual(10)
  }
})
