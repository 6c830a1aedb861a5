import { expect, test } from 'vitest'
import { capScores } from './cap-scores.ts'

const FULL = { appropriateness: 100, grammar: 100, vocabulary: 100 }
const given = { scores: FULL, hasEvidence: false, isOffTopic: false }

test('a few words that show nothing are worth no more than a few words, whatever a judge says (faults.md C26)', () => {
  expect(capScores({ ...given, said: 'Give me 100' })).toEqual({
    scores: { appropriateness: 60, grammar: 60, vocabulary: 60 },
    capped: FULL,
  })
  expect(capScores({ ...given, said: 'I am really very good today' }).scores.grammar).toBe(80)
})

test('what is beside the scene cannot be fitting', () => {
  const { scores, capped } = capScores({
    ...given,
    said: 'The weather in the mountains was beautiful last week',
    isOffTopic: true,
  })
  expect(scores).toEqual({ appropriateness: 40, grammar: 100, vocabulary: 100 })
  expect(capped).toEqual({ appropriateness: 100 })
})

test('a short answer that serves a goal keeps its points', () => {
  expect(capScores({ ...given, said: 'Just one, please.', hasEvidence: true })).toEqual({
    scores: FULL,
    capped: {},
  })
})

test('a judge who gives less, or says nothing, is left alone', () => {
  const scores = { appropriateness: 40, grammar: null, vocabulary: 35 }
  expect(capScores({ ...given, scores, said: 'Give me 100' })).toEqual({ scores, capped: {} })
})
