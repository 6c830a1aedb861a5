import { expect, test } from 'vitest'
import { predict, predictProbability, predictScore } from './linear-model.ts'

const model = { bias: 10, weights: { rate: 20, pauses: -5 } }

test('a prediction is the bias plus the weighted features, and others are not looked at', () => {
  expect(predict(model, { rate: 3, pauses: 2, other: 99 })).toBe(60)
})

test('scores are whole and stay between 0 and 100', () => {
  expect(predictScore(model, { rate: 3.03 })).toBe(71)
  expect(predictScore(model, { rate: 50 })).toBe(100)
  expect(predictScore(model, { pauses: 50 })).toBe(0)
})

test('a prediction of 0 is a probability of one half, of ln 3 three quarters', () => {
  expect(predictProbability({ bias: 0, weights: {} }, {})).toBe(0.5)
  expect(predictProbability({ bias: Math.log(3), weights: {} }, {})).toBeCloseTo(0.75, 12)
})
