import { describe, expect, test } from 'vitest'
import { deltaEvent, parseEventId, START } from './turn-events.ts'

const delta = (attempt: number, index: number) => ({ type: 'delta' as const, attempt, index, text: 'a' })

describe('parseEventId', () => {
  test.each([
    ['4', { ordinal: 4, attempt: 0, index: -1 }],
    ['3.2.15', { ordinal: 3, attempt: 2, index: 15 }],
  ])('reads %s', (id, position) => {
    expect(parseEventId(id)).toEqual(position)
  })

  test.each([undefined, '', 'x', '3.1', '44', '3.1.2.3', '-1', `3.1.${'9'.repeat(40)}`])(
    'starts over for %s',
    (id) => {
      expect(parseEventId(id)).toEqual(START)
    },
  )
})

describe('deltaEvent', () => {
  test('gives the pieces a client does not have yet', () => {
    expect(deltaEvent(delta(1, 0), parseEventId('2'))).toMatchObject({ id: '3.1.0', text: 'a' })
    expect(deltaEvent(delta(1, 4), parseEventId('3.1.3'))).toMatchObject({ id: '3.1.4' })
  })

  test('gives no piece twice, none after the whole, and none of another attempt than the client has begun', () => {
    expect(deltaEvent(delta(1, 3), parseEventId('3.1.3'))).toBeUndefined()
    expect(deltaEvent(delta(1, 9), parseEventId('4'))).toBeUndefined()
    expect(deltaEvent(delta(2, 9), parseEventId('3.1.3'))).toBeUndefined()
  })
})
