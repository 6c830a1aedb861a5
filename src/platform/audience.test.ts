import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAudience } from './audience.ts'

const LIVE = { isLive: true }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('work is given up within a second after the last one who watched it has left (faults.md C9)', () => {
  const audience = createAudience(750)
  const leaveFirst = audience.join('reply', LIVE)
  const leaveSecond = audience.join('reply', LIVE)
  const { signal } = audience.begin('reply')

  leaveFirst()
  vi.advanceTimersByTime(10_000)
  expect(signal.aborted).toBe(false)
  leaveSecond()
  expect(signal.aborted).toBe(false)
  vi.advanceTimersByTime(1_000)
  expect(signal.aborted).toBe(true)
})

test('who comes back at once finds it going on', () => {
  const audience = createAudience(750)
  const leave = audience.join('reply', LIVE)
  const { signal } = audience.begin('reply')

  leave()
  vi.advanceTimersByTime(500)
  audience.join('reply', LIVE)
  vi.advanceTimersByTime(10_000)

  expect(signal.aborted).toBe(false)
})

test('work that nobody watches goes on, also where those who did left before it began', () => {
  const audience = createAudience(750)
  audience.join('left', LIVE)()
  const { signal } = audience.begin('left')
  const { signal: unwatched } = audience.begin('unwatched')

  vi.advanceTimersByTime(10_000)

  expect([signal.aborted, unwatched.aborted]).toEqual([false, false])
})

test('one who only waits keeps it going, and leaves it going', () => {
  const audience = createAudience(750)
  const leaveWaiting = audience.join('reply', { isLive: false })
  const leave = audience.join('reply', LIVE)
  const { signal } = audience.begin('reply')

  leave()
  leaveWaiting()
  vi.advanceTimersByTime(10_000)

  expect(signal.aborted).toBe(false)
})

test('a process that ends gives nothing up', () => {
  const audience = createAudience(750)
  const leave = audience.join('reply', LIVE)
  const { signal } = audience.begin('reply')

  audience.close()
  leave()
  vi.advanceTimersByTime(10_000)

  expect(signal.aborted).toBe(false)
})

test('what has come to nothing is given up at once, and what nobody does needs no giving up', () => {
  const audience = createAudience(750)
  const { signal } = audience.begin('reply')

  audience.dismiss('another')
  expect(signal.aborted).toBe(false)
  audience.dismiss('reply')
  expect(signal.aborted).toBe(true)
})
