import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isPhone } from '../phones.ts'
import { readPronouncingDictionary } from './pronouncing-dictionary.ts'
import { findWords, readWords } from './read-words.ts'

const dictionary = await readPronouncingDictionary()
const read = (text: string, pronunciations = {}) => readWords({ dictionary, pronunciations }, text)

/** The phones of plain dictionary words one after the other, each in its first way. */
const saying = (phrase: string) =>
  phrase
    .split(' ')
    .map((word) => (dictionary.pronunciationsOf(word)[0] ?? [`<${word}>`]).join(' '))
    .join(' ')

const waysOf = (text: string) => read(text).map((word) => word.pronunciations.map((way) => way.join(' ')))

describe('a text as words', () => {
  test.each([
    ['“Can I get, ’em”… it’s!', ['Can', 'I', 'get', "'em", "it's"]],
    ['Yes,please — now/later.', ['Yes', 'please', 'now', 'later']],
    ['At 7:30 p.m., or 7.', ['At', '7:30', 'p.m.', 'or', '7']],
    ['Dr. Kim paid ₩4,500 (half-price) & left.', ['Dr.', 'Kim', 'paid', '₩4,500', 'half-price', '&', 'left']],
    [
      'It is 5° or -5, 20% off 🙂 at 10–15 km/h',
      ['It', 'is', '5°', 'or', '-5', '20%', 'off', 'at', '10-15', 'km/h'],
    ],
    ['동성로에서 A4 No. 3', ['동성로에서', 'A4', 'No', '3']],
    ['2½ cups', ['2', '1/2', 'cups']],
  ])('%s', (text, words) => {
    expect(read(text).map((word) => word.text)).toEqual(words)
  })

  test.each(['', ' … !? ', '🙂 —', '👨‍👩‍👧', '1️⃣', '### & + @', '你好', 'x'.repeat(61)])(
    '%j cannot be spoken',
    (text) => {
      expect(() => read(text)).toThrow(
        expect.objectContaining({ kind: 'unprocessable', code: 'text.not_speakable' }),
      )
    },
  )

  test.each(['안녕하세요', '12345', '7', 'é'])('%j can be spoken', (text) => {
    expect(read(text)).toHaveLength(1)
  })

  test('four hundred words are read, one more is refused, and so is a book', () => {
    expect(read('the '.repeat(400))).toHaveLength(400)
    for (const count of [401, 500, 100_000]) {
      expect(() => read('the '.repeat(count))).toThrow(expect.objectContaining({ code: 'text.too_long' }))
    }
  })

  test('what has no reading is left out and named', () => {
    const { words, unreadable } = findWords({ dictionary, pronunciations: {} }, 'Say 你好 or привет now')
    expect(words.map((word) => word.text)).toEqual(['Say', 'or', 'now'])
    expect(unreadable).toEqual(['你好', 'привет'])
  })
})

describe('given pronunciations', () => {
  const first = (text: string, pronunciations: Record<string, string>) =>
    read(text, pronunciations).map((word) => [word.text, word.pronunciations[0]?.join(' '), word.source])

  test('win over the dictionary, with or without stress marks and capitals', () => {
    expect(first('The', { the: 'T EY1 G uw0' })).toEqual([['The', 'T EY G UW', 'authored']])
  })

  test('may have hyphens, or several words, which are then one word; the longest wins', () => {
    const given = { 'knife-cut': 'N AY', 'Suseong lake': 'S UW', 'suseong lake park': 'P AA' }
    expect(first('knife-cut, Suseong Lake', given)).toEqual([
      ['knife-cut', 'N AY', 'authored'],
      ['Suseong Lake', 'S UW', 'authored'],
    ])
    expect(first('SUSEONG LAKE PARK', given)).toEqual([['SUSEONG LAKE PARK', 'P AA', 'authored']])
  })

  test('carry a plural, a possessive and a short verb', () => {
    const given = { frindle: 'F R IH N D AH L', blick: 'B L IH K', glish: 'G L IH SH' }
    expect(first("frindle's blicks glish's frindle'll", given).map(([, phones]) => phones)).toEqual([
      'F R IH N D AH L Z',
      'B L IH K S',
      'G L IH SH IH Z',
      'F R IH N D AH L AH L',
    ])
  })

  test('are refused by the name of the symbol that is none', () => {
    expect(() => read('the', { Daegu: 'T EI' })).toThrow('"EI"')
  })
})

test('every way that the dictionary knows is given, most usual first', () => {
  expect(waysOf('the tomato')).toEqual([
    ['DH AH', 'DH IY'],
    ['T AH M EY T OW', 'T AH M AA T OW'],
  ])
})

describe('spoken forms, the first of them and one more', () => {
  test.each([
    ['7:30', 'seven thirty', 'half past seven'],
    ['7:30am', 'seven thirty a. m.', 'seven thirty'],
    ['7:05', 'seven oh five', 'five past seven'],
    ['12:45', 'twelve forty five', 'quarter to one'],
    ['7:00', "seven o'clock", 'seven'],
    ['19:05', 'nineteen oh five', 'seven oh five'],
    ['10PM', 'ten p. m.', 'ten'],
    ['₩4,500', 'four thousand five hundred won', 'forty five hundred won'],
    ['4,500원', 'four thousand five hundred won', 'forty five hundred won'],
    ['4500won', 'four thousand five hundred won', 'forty five hundred won'],
    ['5만원', 'fifty thousand won', undefined],
    ['$3.50', 'three dollars fifty cents', 'three fifty'],
    ['$1', 'one dollar', undefined],
    ['$0.99', 'ninety nine cents', undefined],
    ['€20', 'twenty euros', undefined],
    ['1,250', 'one thousand two hundred fifty', 'one thousand two hundred and fifty'],
    ['1984', 'nineteen eighty four', 'one thousand nine hundred eighty four'],
    ['2026', 'twenty twenty six', 'two thousand twenty six'],
    ['2005', 'two thousand five', 'twenty oh five'],
    ['305', 'three hundred five', 'three oh five'],
    ['100', 'one hundred', 'a hundred'],
    ['007', 'zero zero seven', 'oh oh seven'],
    ['3.14', 'three point one four', undefined],
    ['0.5', 'zero point five', 'point five'],
    ['20%', 'twenty percent', undefined],
    ['-5', 'minus five', 'negative five'],
    ['3rd', 'third', undefined],
    ['21st', 'twenty first', undefined],
    ['1990s', 'nineteen nineties', undefined],
    ['3-5', 'three to five', 'three five'],
    ['10-20%', 'ten to twenty percent', undefined],
    ['24/7', 'twenty four seven', undefined],
    ['1/2', 'one half', 'half'],
    ['3:1', 'three to one', 'three one'],
    ['1.2.3', 'one point two point three', undefined],
    ['010-1234-5678', 'zero one zero one two three four five six seven eight', undefined],
    ['123-4567', 'one two three four five six seven', undefined],
    ['+82', 'plus eighty two', undefined],
    ['#1', 'number one', undefined],
    ['5km', 'five kilometers', undefined],
    ['1kg', 'one kilogram', undefined],
    ['25°C', 'twenty five degrees celsius', undefined],
    ['A4', 'a. four', undefined],
    ['B2', 'b. two', undefined],
    ['KTX', 'k. t. x.', undefined],
    ['US', 'u. s.', 'us'],
    ['ATMs', 'a. t. m. s', undefined],
    ['Dr.', 'doctor', 'drive'],
    ['Mr.', 'mister', undefined],
    ['St.', 'street', 'saint'],
    ['p.m.', 'p. m.', undefined],
    ['e.g.', 'e. g.', 'for example'],
    ['60km/h', 'sixty kilometers an hour', undefined],
  ])('%s is "%s"', (text, usual, other) => {
    const [ways = []] = waysOf(`is ${text} on`).slice(1)
    const expected = text === 'ATMs' ? 'EY T IY EH M Z' : saying(usual)
    expect(ways[0]).toBe(expected)
    if (other !== undefined) expect(ways).toContain(saying(other))
    expect(read(`is ${text} on`).map((word) => word.text)).toEqual(['is', text, 'on'])
  })

  test.each(['&', '+', '@'])('a lone %s between words is said', (mark) => {
    expect(waysOf(`you ${mark} me`)[1]?.[0]).toBe(saying({ '&': 'and', '+': 'plus', '@': 'at' }[mark] ?? ''))
  })
})

describe('Korean', () => {
  test.each([
    ['동성로', 'D OW NG S AH NG N OW'],
    ['수성못', 'S UW S AH NG M OW T'],
    ['대구', 'D EH G UW'],
    ['서문시장', 'S AH M UW N S IY JH AA NG'],
    ['Dongseong-ro', 'D OW NG S AH NG N OW'],
    ['Seomun', 'S AH M UW N'],
    ['Suseongmot', 'S UW S AH NG M OW T'],
    ['Suseong-gu', 'S UW S AH NG G UW'],
    ['Apsan', 'AA P S AA N'],
    ['bulgogi', 'B UW L G OW G IY'],
    ['tteokbokki', 'T AH K B OW K IY'],
    ['bibimbap', 'B IY B IY M B AA P'],
    ["Seomun's", 'S AH M UW N Z'],
  ])('%s is read by the values of its letters', (text, phones) => {
    const [word] = read(text)
    expect(word?.pronunciations[0]?.join(' ')).toBe(phones)
    expect(word?.source).toBe('spelled_out')
  })

  test('a street is also heard as those say it who read the letters', () => {
    expect(waysOf('Dongseong-ro')[0]).toContain('D OW NG S AH NG R OW')
  })

  test.each(['chatbot', 'Chatbot', 'Blorbing'])('%s is English', (text) => {
    expect(read(text)[0]?.source).toBe('letter_to_sound')
  })
})

test('compounds are read part by part, as sure as their least sure part', () => {
  expect(waysOf('coffee-shop')[0]?.[0]).toBe(saying('coffee shop'))
  expect(read('half-frindle')[0]?.source).toBe('letter_to_sound')
  expect(read('café')[0]?.source).toBe('dictionary')
})

test('every English text of every situation is read whole, in known phones', () => {
  const root = join(import.meta.dirname, '../../../../prompts/situations')
  const files = globSync('*/*.yaml', { cwd: root })
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    for (const text of textsOf(parse(readFileSync(join(root, file), 'utf8')))) {
      const { words, unreadable } = findWords({ dictionary, pronunciations: {} }, text)
      expect(unreadable, `${file}: ${text}`).toEqual([])
      expect(words.length, `${file}: ${text}`).toBeGreaterThan(0)
      expect(words.flatMap((word) => word.pronunciations.flat()).every(isPhone), text).toBe(true)
    }
  }
})

/** Without the notes in Korean, which nobody reads aloud. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => (key === 'ko' ? [] : textsOf(part)))
}

test('whatever is thrown at it, every word has a way of saying it, and every phone is known', () => {
  const pieces = 'a B é 7 0 , . : / - \' $ ₩ % 원 동 로 st km am : 30 x & # ~ Z 🙂 ( "'.split(' ')
  let seed = 20_261_121
  const next = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0
    return seed
  }
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from(
      { length: 1 + ((next() >>> 16) % 9) },
      () => pieces[(next() >>> 16) % pieces.length],
    ).join('')
    const { words } = findWords({ dictionary, pronunciations: {} }, text)
    for (const { pronunciations } of words) {
      expect(pronunciations.length, text).toBeGreaterThan(0)
      expect(
        pronunciations.every((way) => way.length > 0 && way.every(isPhone)),
        text,
      ).toBe(true)
    }
  }
})
