import { expect, test } from 'vitest'
import { mapLetters } from './letter-map.ts'

test('words with punctuation are found in words without', () => {
  expect(mapLetters(['Hello,', 'world!'], [' Hello', ' world'])).toEqual([
    { first: 0, last: 0 },
    { first: 1, last: 1 },
  ])
})

test('a word may lie in several tokens, and several words in one segment', () => {
  expect(mapLetters(['americano', 'please'], [' amer', 'ic', 'ano', ' please', '.'])).toEqual([
    { first: 0, last: 2 },
    { first: 3, last: 3 },
  ])
  expect(mapLetters(['No', 'sugar.'], [' No sugar.'])).toEqual([
    { first: 0, last: 0 },
    { first: 0, last: 0 },
  ])
})

test('a word without letters lies nowhere', () => {
  expect(mapLetters(['a', '–', 'b'], ['a', 'b'])?.[1]).toBeUndefined()
})

test.each([
  [['Hello'], ['Hallo']],
  [['Hello', 'you'], ['Hello']],
  [['Hello'], ['Hello', 'you']],
  [['Hello'], []],
])('%j is not made of %j', (words, parts) => {
  expect(mapLetters(words, parts)).toBeUndefined()
})

test('Hangul composed in either way is the same', () => {
  expect(mapLetters(['동성로'.normalize('NFD')], ['동성로'])).toEqual([{ first: 0, last: 0 }])
})
