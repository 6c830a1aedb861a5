import { expect, test } from 'vitest'
import { ReplyText } from './reply-text.ts'

const shownOf = (reply: ReplyText, deltas: string[]) => deltas.map((delta) => reply.append(delta))

test('a character split between two deltas is shown whole, with the second', () => {
  const reply = new ReplyText(100)

  expect(shownOf(reply, ['Hi ', '👋'.slice(0, 1), '👋'.slice(1), '!'])).toEqual(['Hi ', '', '👋', '!'])
  expect(reply.text).toBe('Hi 👋!')
})

test('what PostgreSQL cannot store never gets through', () => {
  const reply = new ReplyText(100)

  expect(shownOf(reply, ['a\0b', '\uDC00', '\uD83Dc', '\uD83D'])).toEqual(['ab', '\uFFFD', '\uFFFDc', ''])
  expect(reply.text).toBe('ab\uFFFD\uFFFDc')
})

test('leading blanks are not part of a reply, later ones are', () => {
  const reply = new ReplyText(100)

  expect(shownOf(reply, ['\n', '  Sure', ' \n', 'thing'])).toEqual(['', 'Sure', ' \n', 'thing'])
  expect(reply.text).toBe('Sure \nthing')
})

test('the limit counts bytes of UTF-8, also of what is not shown', () => {
  const reply = new ReplyText(7)

  expect(shownOf(reply, ['\n', '안', '녕'])).toEqual(['', '안', '녕'])
  expect(() => reply.append('\0')).toThrow(expect.objectContaining({ code: 'llm.bad_response' }))
})
