import { describe, expect, test } from 'vitest'
import { gradeFact, PRACTICE_GRADES } from './grade-practice.ts'
import type { CallFacts, Played } from './played.ts'

const turn = { said: 'Tea.', reply: 'Sure.', goalsMet: [], corrections: [] }
const played: Played = {
  opener: 'Hi!',
  turns: [
    { ...turn, goalsMet: ['order'] },
    { ...turn, corrections: [{ said: 'one tea hot', correction: 'one hot tea' }] },
  ],
  goals: ['order', 'pay'],
  mistakesMade: ['one tea hot'],
  prompt: '',
}
const grade = (type: string, value: string | string[], threshold = 0) =>
  PRACTICE_GRADES[type]?.(played, { value, threshold })

describe('goals, corrections and turns', () => {
  test.each([
    ['goals-met', ['order'], 'PASS'],
    ['goals-met', 'any', 'PASS'],
    ['goals-met', 'all', 'FAIL'],
    ['goals-met', ['pay'], 'FAIL'],
    ['corrections-given', 'all', 'PASS'],
    ['corrections-given', ['another'], 'FAIL'],
  ])('%s %j: %s', (type, value, status) => {
    expect(grade(type, value)).toMatchObject({ status })
  })

  test('a part of the goals is a part of the score', () => {
    expect(grade('goals-met', 'all')).toMatchObject({ score: 0.5, reason: expect.stringContaining('pay') })
  })

  test('all of nothing is an error: it would hold for every reply', () => {
    expect(
      PRACTICE_GRADES['goals-met']?.({ ...played, goals: [] }, { value: 'all', threshold: 0 }),
    ).toMatchObject({ status: 'ERROR' })
  })

  test('turns are counted up to the threshold and no further', () => {
    expect(grade('turns-used', 'any', 2)).toMatchObject({ status: 'PASS' })
    expect(grade('turns-used', 'any', 1)).toMatchObject({ status: 'FAIL' })
  })
})

describe('latency and cost are facts of the ledger', () => {
  const call: CallFacts = {
    purpose: 'practice.reply',
    provider: 'openai',
    model: 'm',
    outcome: 'completed',
    durationMs: 800,
    costMicroUsd: 600,
    isPlayed: false,
  }
  const slow = { ...call, durationMs: 2_000 }

  test.each([
    ['latency', [call, slow], 2_000, 'PASS'],
    ['latency', [call, slow], 1_999, 'FAIL'],
    ['cost', [call, call], 0.0012, 'PASS'],
    ['cost', [call, call], 0.0011, 'FAIL'],
    ['cost', [call, { ...call, costMicroUsd: null }], 10, 'ERROR'],
    ['latency', [{ ...call, isPlayed: true }], 1, 'SKIP'],
    ['cost', [], 1, 'SKIP'],
  ])('%s of %j within %d: %s', (type, calls, threshold, status) => {
    expect(gradeFact(type, calls, threshold)).toMatchObject({ status })
  })
})
