import { expect, test } from 'vitest'
import { compareWords, splitWords, wordSimilarity } from './word-edits.ts'

test.each([
  ['No sugar, thank you.', 'no sugar thank you', 1],
  ['I’d like a latte', "I'd like a latte.", 1],
  ['Can I get iced americano, please?', 'Can I get an iced americano, please?', 6 / 7],
  ['A small one, please.', 'A large one, please.', 3 / 4],
  ['one two three', 'three two one', 1 / 3],
  ['한국어로 말해요', 'Speak English', 0],
  ['', 'anything', 0],
  ['', '', 0],
])('%s and %s are alike to %f', (left, right, similarity) => {
  expect(wordSimilarity(left, right)).toBeCloseTo(similarity, 12)
  expect(wordSimilarity(right, left)).toBeCloseTo(similarity, 12)
})

test('words face each other in order; what was left out or added faces nothing', () => {
  const edits = compareWords(
    splitWords('um can I get iced latte'),
    splitWords('Can I get an iced americano?'),
  )
  expect(edits.distance).toBe(3)
  expect(edits.pairs).toEqual([
    { left: 0, right: undefined },
    { left: 1, right: 0 },
    { left: 2, right: 1 },
    { left: 3, right: 2 },
    { left: undefined, right: 3 },
    { left: 4, right: 4 },
    { left: 5, right: 5 },
  ])
})

test('against nothing every word is unpaired', () => {
  expect(compareWords(['a'], [])).toEqual({ pairs: [{ left: 0, right: undefined }], distance: 1 })
  expect(compareWords([], ['a'])).toEqual({ pairs: [{ left: undefined, right: 0 }], distance: 1 })
})
