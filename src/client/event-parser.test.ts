import { describe, expect, test } from 'vitest'
import { EventParser, type Frame } from './event-parser.ts'

const read = (...pieces: string[]): Frame[] => {
  const parser = new EventParser()
  return pieces.flatMap((piece) => parser.feed(piece))
}
const frame = (fields: Partial<Frame>): Frame => ({
  id: undefined,
  event: undefined,
  data: '',
  retryMs: undefined,
  ...fields,
})

const STREAM =
  'retry: 250\n\n: still here\n\nid: 1\nevent: a\ndata: {"x":1}\n\nid: 2\nevent: b\ndata: 가\ndata:나\n\n'
const FRAMES = [
  frame({ retryMs: 250 }),
  frame({ id: '1', event: 'a', data: '{"x":1}' }),
  frame({ id: '2', event: 'b', data: '가\n나' }),
]

describe('EventParser', () => {
  test('reads the same events however the stream is cut, and with any line end', () => {
    for (const ends of ['\n', '\r\n', '\r']) {
      const stream = `${STREAM.replaceAll('\n', ends)}${ends === '\r' ? ':\n' : ''}`
      expect(read(stream)).toEqual(FRAMES)
      expect(read(...stream)).toEqual(FRAMES)
    }
  })

  test('skips a byte order mark, and gives nothing for an event without its end', () => {
    expect(read('\uFEFFevent: a\ndata: 1\n\nevent: b\ndata: 2\n')).toEqual([frame({ event: 'a', data: '1' })])
  })
})
