import { expect, test } from 'vitest'
import { createSoundAdmission } from './sound-admission.ts'

const overloaded = (retryAfterS: number) =>
  expect.objectContaining({ kind: 'unavailable', code: 'speech.overloaded', retryAfterS })

/** Two threads; each task took a second lately. */
function givenAdmission(queued = 0) {
  const admission = createSoundAdmission({ threads: 2, maxWaitMs: 3_000, queued: () => queued })
  for (let task = 0; task < 50; task += 1) admission.measured(1_000)
  return admission
}

test('sixty at once are admitted as far as they can be scored in time (faults.md H10)', () => {
  const admission = givenAdmission()
  let admitted = 0
  for (let one = 0; one < 60; one += 1) {
    try {
      admission.admit()
      admitted += 1
    } catch (error) {
      expect(error).toEqual(overloaded(2))
    }
  }

  // Two in work, six before whom the last one waits three seconds.
  expect(admitted).toBe(8)
})

test('a place that is given back, even twice, admits one more', () => {
  const admission = givenAdmission()
  const places = Array.from({ length: 8 }, () => admission.admit())
  places[0]?.()
  places[0]?.()

  expect(() => admission.admit()).not.toThrow()
  expect(() => admission.admit()).toThrow(overloaded(2))
})

test('what waits without its caller counts as well (faults.md H10)', () => {
  expect(() => givenAdmission(20).admit()).toThrow(overloaded(9))
})
