import { describe, expect, test } from 'vitest'
import { ReplyText } from './reply-text.ts'
import { ThoughtFilter } from './thought-filter.ts'

const read = (deltas: string[], place: 'opening' | 'anywhere' = 'anywhere') => {
  const filter = new ThoughtFilter(place)
  return deltas.map((delta) => filter.append(delta)).join('') + filter.end()
}

describe('what a model thinks aloud is not part of its reply (faults.md C17)', () => {
  test.each([
    ['at the beginning', '<think>The user wants coffee.</think>\n\nSure!', '\n\nSure!'],
    ['in the middle', 'Sure! <think>Sugar next.</think>Any sugar?', 'Sure! Any sugar?'],
    ['by other names', '<thinking>a</thinking><reasoning>b</reasoning><thought>c</thought>Hi.', 'Hi.'],
    ['in capitals, with blanks', '< THINK >a< / THINK >Hi.', 'Hi.'],
    ['never closed', 'Hi. <think>and so on', 'Hi. '],
    ['cut inside the closing tag', '<think>and so on</thi', ''],
    ['closed but never opened', '</think>Hi.', 'Hi.'],
  ])('%s', (_, text, said) => {
    expect(read([text])).toBe(said)
    expect(read([...text])).toBe(said)
  })

  test('other marks are talk, and only what may be a tag waits', () => {
    expect(read([...'I <3 it, a < b, <b>bold</b>, <thorn> and I think'])).toBe(
      'I <3 it, a < b, <b>bold</b>, <thorn> and I think',
    )
    const filter = new ThoughtFilter('anywhere')
    expect(['Hi', ' <', '3', ' all'].map((delta) => filter.append(delta))).toEqual(['Hi', ' ', '<3', ' all'])
  })

  test('data keeps the tags that stand in its words', () => {
    expect(read(['<think>a</think>{"from":"<think>"}'], 'opening')).toBe('{"from":"<think>"}')
  })

  test('a reply does not keep it, and knows that it came', () => {
    const reply = new ReplyText(100)
    const shown = ['<th', 'ink>a</think', '>\n Sure', '!'].map((delta) => reply.append(delta))
    expect([shown.join(''), reply.end(), reply.text]).toEqual(['Sure!', '', 'Sure!'])
    expect(reply.heard).toBe('<think>a</think>\n Sure!')
  })
})
