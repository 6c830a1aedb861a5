import { expect, test } from 'vitest'
import { findWords } from './plain-words.ts'

test('words are found whole, with their place, whatever stands between them', () => {
  const said = 'Well, hot citron  Tea – one, please.'
  const span = findWords(said, 'hot citron tea one')
  expect(span && said.slice(span.start, span.end)).toBe('hot citron  Tea – one')
  expect(findWords(said, 'hot citron teapot')).toBeUndefined()
  expect(findWords(said, 'on')).toBeUndefined()
  expect(findWords('It’s me', "it's me")).toEqual({ start: 0, end: 7 })
})
