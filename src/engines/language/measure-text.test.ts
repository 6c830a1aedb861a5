import { describe, expect, test } from 'vitest'
import { excessBeyond, measureText } from './measure-text.ts'
import { vocabularyFrom } from './words.ts'

const nothing = vocabularyFrom([])
const measure = (text: string, target: 'A1' | 'A2' | 'B1' | 'C1' | null = 'A2', words: string[] = []) =>
  measureText({ text, target, vocabulary: vocabularyFrom(words) })

describe('the level of a text', () => {
  test.each([
    ['Sure. What size would you like?', 'A1'],
    ['Would you like sugar in it, or is it fine like this?', 'A1'],
    ['The path was built by farmers who had lived in the valley.', 'B1'],
    ['Had I known about the ordeal, I would have relinquished the reservation.', 'C1'],
  ])('of %j is %s', (text, level) => {
    expect(measure(text).level).toBe(level)
  })

  test('names the words beyond the level of the learner, and where they stand', () => {
    const text = 'The ambiance here is exquisite.'
    const { isWithin, wordsBeyondLevel } = measure(text)
    expect(isWithin).toBe(false)
    expect(wordsBeyondLevel.map(({ word, start, end }) => [word, text.slice(start, end)])).toEqual([
      ['ambiance', 'ambiance'],
      ['exquisite', 'exquisite'],
    ])
  })

  test.each([
    'Walk along Dongseong-ro to Banwoldang, then turn left.',
    'Meet me at 5:30 p.m. at Suseong Lake with Mr. Haneul.',
    'It costs 4,500 won at the ATM.',
    '동성로 is the main street.',
    "It's three o'clock, isn't it?",
    'The children went to the biggest cities and bought knives.',
  ])('is not raised by names, numbers and other forms of easy words: %j', (text) => {
    expect(measure(text).wordsBeyondLevel).toEqual([])
    expect(measure(text).isWithin).toBe(true)
  })

  test('is not raised by the words that the scene brings along', () => {
    const text = 'One citron tea and two americanos.'
    expect(measure(text).isWithin).toBe(false)
    expect(measure(text, 'A2', ['citron tea', 'americano']).isWithin).toBe(true)
  })

  test('allows one thing a level above in a sentence, not two, and nothing two levels above', () => {
    expect(measure('Here is your receipt.').wordsBeyondLevel).toMatchObject([
      { word: 'receipt', level: 'B1' },
    ])
    expect(measure('Here is your receipt.').isWithin).toBe(true)
    expect(measure('The receipt is from the pharmacy.').isWithin).toBe(false)
    expect(measure('It is a conundrum.').isWithin).toBe(false)
  })

  test('counts words by sentence', () => {
    const long =
      'You can go down this street and then turn left at the big red house next to the small shop there.'
    expect(measure(`Yes. ${long}`)).toMatchObject({
      isWithin: false,
      longestSentenceWords: 21,
      meanSentenceWords: 11,
      wordCount: 22,
    })
    expect(measure(long, 'B1').isWithin).toBe(true)
  })

  test('says nothing about a limit where nobody knows the level of the learner', () => {
    expect(measure('The ambiance is exquisite.', null)).toMatchObject({
      target: null,
      isWithin: null,
      wordsBeyondLevel: [],
      version: 'level-1',
    })
  })

  test('of nothing is the lowest', () => {
    expect(measure('')).toMatchObject({ level: 'A1', isWithin: true, wordCount: 0, meanSentenceWords: 0 })
  })

  test('tells which of two texts is the easier', () => {
    const excess = (text: string) => excessBeyond({ text, target: 'A2', vocabulary: nothing })
    expect(excess('The ambiance is exquisite.')).toBeGreaterThan(excess('The receipt is from the pharmacy.'))
    expect(excess('It is very nice here.')).toBe(0)
  })
})

describe('the structures of a text', () => {
  const named = (text: string) => measure(text).structures.map(({ name }) => name)

  test.each([
    ['The tea was made by my mother.', ['passive']],
    ['Have you ever been there?', ['present perfect']],
    ["I've already eaten.", ['present perfect']],
    ['If you like it, take two.', ['if clause']],
    ['If I had more time, I would stay.', ['if clause', 'unreal condition']],
    ['The man who works here is kind.', ['relative clause']],
    ['You should have told me.', ['modal in the past', 'present perfect']],
    ['I used to live here.', ['used to']],
    ['They had left before noon.', ['past perfect']],
    ['I wish I had a car.', ['wish about the unreal']],
    ['Never have I seen such a crowd.', ['inversion']],
  ])('%j holds %j', (text, names) => {
    expect(named(text)).toEqual(expect.arrayContaining(names))
  })

  test.each([
    'I am tired and excited.',
    'Who is it?',
    'I know who you are.',
    "I've got two tickets.",
    'You have to wait here.',
    'We need a bed and a red bag.',
    'Are you used to the heat?',
    'It was a good day.',
  ])('%j holds none', (text) => {
    expect(named(text)).toEqual([])
  })
})
