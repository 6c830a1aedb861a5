import { expect, test } from 'vitest'
import { pairwiseVariability } from './rhythm.ts'

test('even durations do not vary, and the example of its definition comes out', () => {
  expect(pairwiseVariability([10, 10, 10])).toBe(0)
  // |10 - 20| / 15 and |20 - 10| / 15, their mean times 100.
  expect(pairwiseVariability([10, 20, 10])).toBeCloseTo(66.67, 1)
  expect(pairwiseVariability([10])).toBeUndefined()
})
