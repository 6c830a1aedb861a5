import { expect, test } from 'vitest'
import { parseDictionary } from './pronouncing-dictionary.ts'

const { pronunciationsOf } = parseDictionary(
  [
    ';; a comment',
    'a AH',
    'a(2) EY',
    'stilton S T',
    'stilted S D',
    '',
    'tea T IY',
    'still S L',
    'still(2) L S',
  ].join('\n'),
)

test.each([
  ['a', ['AH', 'EY']],
  ['stilted', ['S D']],
  ['still', ['S L', 'L S']],
  ['tea', ['T IY']],
])('%s is found with each way of saying it, wherever its lines stand', (word, ways) => {
  expect(pronunciationsOf(word).map((way) => way.join(' '))).toEqual(ways)
})

test.each(['', 'st', 'stil', 'stills', 'a(2)', ';;', '한국', 'tea '])('%o is no word', (word) => {
  expect(pronunciationsOf(word)).toEqual([])
})
