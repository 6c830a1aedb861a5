import { describe, expect, test } from 'vitest'
import { type Dictionary, readText, splitWords } from './lexicon.ts'
import { numberWords } from './number-words.ts'

/** Knows the given words; each is said as its own name. */
function dictionaryOf(...words: string[]): Dictionary {
  const known = new Map(words.map((word) => [word, word.toUpperCase()]))
  return {
    pronunciationOf: (word) => known.get(word),
    addWord: (word, pronunciation) => void known.set(word, pronunciation),
  }
}

const entries = (dictionary: Dictionary, text: string, pronunciations = {}) =>
  readText({ dictionary, pronunciations }, text).map((word) => [word.text, ...word.entries])

describe('readText', () => {
  test('strips punctuation, keeps apostrophes, and looks words up in lower case', () => {
    const dictionary = dictionaryOf('can', 'i', "it's", "'em", 'get')

    expect(entries(dictionary, '“Can I, get ’em”… it’s!')).toEqual([
      ['Can', 'can'],
      ['I', 'i'],
      ['get', 'get'],
      ["'em", "'em"],
      ["it's", "it's"],
    ])
  })

  test('a hyphenated word is looked up whole first, then in its parts', () => {
    const dictionary = dictionaryOf('twenty', 'one')

    expect(entries(dictionary, 'twenty-one')).toEqual([['twenty-one', 'twenty', 'one']])
    expect(entries(dictionary, 'twenty-xyz one')).toEqual([['twenty-xyz'], ['one', 'one']])
  })

  test('a given pronunciation wins over the dictionary, with or without stress marks', () => {
    const dictionary = dictionaryOf('the', 'daegu')

    expect(entries(dictionary, 'the Daegu', { Daegu: 'T EY1 G UW0' })).toEqual([
      ['the', 'the'],
      ['Daegu', 'said_t_ey_g_uw'],
    ])
    expect(dictionary.pronunciationOf('said_t_ey_g_uw')).toBe('T EY G UW')
  })

  test('a pronunciation with an unknown symbol is refused by name', () => {
    expect(() => entries(dictionaryOf('the'), 'the', { Daegu: 'T EI' })).toThrow('"EI"')
  })

  test.each(['', ' … !? ', '🙂 —', '안녕하세요', 'xyzzy'])('%j has no word that can be spoken', (text) => {
    expect(() => entries(dictionaryOf('the'), text)).toThrow(
      expect.objectContaining({ kind: 'unprocessable', code: 'text.not_speakable' }),
    )
  })

  test('what means something in a grammar never reaches one', () => {
    const dictionary = dictionaryOf('the', 'a(2)', '<sil>', 'b|c')

    expect(entries(dictionary, 'the a(2) <sil> b|c')).toEqual([['the', 'the'], ['a(2'], ['sil'], ['b|c']])
  })

  test('four hundred words are read and one more is refused', () => {
    expect(splitWords('the '.repeat(400))).toHaveLength(400)
    expect(() => splitWords('the '.repeat(401))).toThrow(expect.objectContaining({ code: 'text.too_long' }))
  })
})

test.each([
  ['0', 'zero'],
  ['17', 'seventeen'],
  ['40', 'forty'],
  ['99', 'ninety nine'],
  ['305', 'three hundred five'],
  ['4,500', 'four thousand five hundred'],
  ['120000', 'one hundred twenty thousand'],
  ['$1', 'one dollar'],
  ['$25', 'twenty five dollars'],
  ['20%', 'twenty percent'],
])('%s is read as "%s"', (digits, words) => {
  expect(numberWords(digits)?.join(' ')).toBe(words)
})

test.each(['7:30', '3.5', '1st', '1234567', 'a1', ''])('%j is not read as a number', (token) => {
  expect(numberWords(token)).toBeUndefined()
})
