import { expect, test } from 'vitest'
import { bestMatch } from './text-similarity.ts'

const CAFE = [
  'Can I get an iced americano, please?',
  "I'd like a hot cafe latte.",
  'For here, please.',
  'How much is it?',
]

test.each([
  ['can i get iced americano', 0],
  ['I would like the hot café latte', 1],
  ["I'd like a latte, please.", 1],
  ['How much is that?', 3],
])('%s is taken for line %i', (said, index) => {
  expect(bestMatch(said, CAFE)?.index).toBe(index)
})

test.each(['What a lovely day.', '', '?!', '오늘 날씨 좋네요'])('%s is like none of the lines', (said) => {
  expect(bestMatch(said, CAFE)).toBeUndefined()
})

test.each([
  ["I'd like an AMERICANO!", 'i would like americano'],
  ['It’s on the left, isn’t it?', 'it is on left is not it'],
  ["I can't; we'll go, they've won't", 'I cannot we will go they have will not'],
  ["my friend's bag", 'my friend bag'],
  ['ＦＵＬＬ width', 'full width'],
  ['the constructor of it', 'constructor of it'],
  ['동성로에서 만나요.', '동성로에서 만나요'],
])('%s and %s are the same words', (left, right) => {
  expect(bestMatch(left, [right])?.similarity).toBe(1)
})

test('similarity is twice the words in common over all words of both, each counted as often as it comes', () => {
  expect(bestMatch('one two three', ['two three four five'])?.similarity).toBeCloseTo(4 / 7, 12)
  expect(bestMatch('very very good', ['very good'])?.similarity).toBeCloseTo(4 / 5, 12)
})

test('a line at the threshold matches, one below does not', () => {
  expect(bestMatch('one two', ['one three'])).toEqual({ index: 0, similarity: 0.5 })
  expect(bestMatch('one two', ['one three'], 0.51)).toBeUndefined()
})

test('of equally good lines the first wins; no line is no match', () => {
  expect(bestMatch('one two', ['one three', 'two one', 'one two'])).toEqual({ index: 1, similarity: 1 })
  expect(bestMatch('one two', [])).toBeUndefined()
})
