import { describe, expect, test } from 'vitest'
import { findWhole, findWithin, phraseFault } from './phrases.ts'

const none = { en: [], ko: [] }

describe('authored phrases', () => {
  const repeat = findWhole(
    { en: ['pardon [me]', '(say|repeat) that [again]'], ko: ['다시 [한번] 말해 (주세요|줘)'] },
    { en: ['sorry', 'please', 'could you'], ko: ['저기요'] },
  )

  test.each([
    'Pardon?',
    'Sorry, pardon me!',
    'Could you say that again, please?',
    'could you please repeat that',
    '다시 말해 주세요.',
    '저기요, 다시한번 말해주세요',
    '다시 말해 줘',
  ])('are found as the whole of %j', (text) => {
    expect(repeat(text)).toBeDefined()
  })

  test.each(['Could you say that again to my friend?', 'Pardon the noise.', 'please', '', '다시 만나요'])(
    'are not found as the whole of %j',
    (text) => {
      expect(repeat(text)).toBeUndefined()
    },
  )

  test('are found within a text, between whole words, with their place', () => {
    const find = findWithin({ en: ['i hate (him|her)'], ko: ['싫어해'] })
    const text = 'Well, I  HATE him, really.'
    const match = find(text)
    expect(match && text.slice(match.start, match.end)).toBe('I  HATE him')
    expect(find('Hi hate him')).toBeUndefined()
    expect(find('I hate himself')).toBeUndefined()
    const korean = find('나는 그를 싫어 해요')
    expect(korean).toMatchObject({ language: 'ko', start: 6, end: 10 })
    expect(findWithin(none)('anything')).toBeUndefined()
  })

  test.each([
    ['pardon (me', 'has brackets that do not close'],
    ['[pardon]', 'would be found where nothing is said'],
    ['Pardon', 'must be in small letters'],
    ['pardon.*', 'may hold only words, (one|other) and [missing]'],
    ['(say|repeat) that [again]', undefined],
  ])('%j is judged: %s', (phrase, fault) => {
    expect(phraseFault(phrase, 'en')).toBe(fault)
  })
})
