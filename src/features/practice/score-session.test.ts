import { describe, expect, test } from 'vitest'
import { combine, scoreSession } from './score-session.ts'
import type { TurnView } from './turn.ts'

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

describe('a session', () => {
  const judged = (appropriateness: number | null) =>
    ({ assessment: null, judgement: { appropriateness } }) as unknown as TurnView

  test('without sound is as good as its words were judged', () => {
    expect(scoreSession([judged(80), judged(null), judged(91)], { highestHintLevel: 0 })).toEqual({
      overall: 86,
      pronunciation: null,
      fluency: null,
      appropriateness: 86,
    })
  })

  test('loses three points for each level of hints, and never more than it has', () => {
    expect(scoreSession([judged(80)], { highestHintLevel: 2 })).toMatchObject({
      overall: 74,
      appropriateness: 80,
    })
    expect(scoreSession([judged(4)], { highestHintLevel: 3 }).overall).toBe(0)
    expect(scoreSession([], { highestHintLevel: 3 }).overall).toBeNull()
  })
})
