import { describe, expect, test } from 'vitest'
import { rehearsalTurn, typedTranscript } from './rehearsal-turn.ts'
import type { TurnView } from './turn.ts'
import { deltaEvent, parseEventId, START, storedEvents } from './turn-events.ts'

const delta = (attempt: number, index: number) => ({ type: 'delta' as const, attempt, index, text: 'a' })

describe('parseEventId', () => {
  test.each([
    ['4', { ordinal: 4, attempt: 0, index: -1 }],
    ['3.2.15', { ordinal: 3, attempt: 2, index: 15 }],
    ['4~1f0c2b9a', { ordinal: 4, attempt: 0, index: -1, reply: '1f0c2b9a' }],
  ])('reads %s', (id, position) => {
    expect(parseEventId(id)).toEqual(position)
  })

  test.each([undefined, '', 'x', '3.1', '44', '3.1.2.3', '-1', '4~', '4~1F0C2B9A', `3.1.${'9'.repeat(40)}`])(
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

describe('storedEvents', () => {
  const turn = rehearsalTurn({ turnId: 'turn-1', userId: 'user-1', turnNumber: 1 })
  const transcript = typedTranscript('One iced americano, please.')
  const answered = (replyText: string, stage: TurnView['stage']): TurnView => ({
    ...turn,
    stage,
    transcript,
    replyText,
  })
  const names = (view: TurnView, id: string | undefined) =>
    storedEvents(view, parseEventId(id)).map(({ event }) => event)

  test('gives what came after the event that a client has', () => {
    const completed = answered('Sure!', 'completed')
    const ids = storedEvents(completed, START).map(({ id }) => id)
    expect(ids).toEqual(['1', '2', expect.stringMatching(/^4~/), expect.stringMatching(/^5~/), '6'])
    expect(names(completed, ids[2])).toEqual(['turn.assessed', 'turn.completed'])
    expect(names(completed, ids[3])).toEqual(['turn.completed'])
    expect(names(completed, '4')).toEqual(['turn.assessed', 'turn.completed'])
  })

  test('tells the reply again to who was told another one, which was never stored', () => {
    const [, , , lost] = storedEvents(answered('Of course!', 'assessed'), START)
    expect(names({ ...answered('Sure!', 'transcribed'), replyText: null }, lost?.id)).toEqual([])
    expect(names(answered('Sure!', 'completed'), lost?.id)).toEqual([
      'reply.completed',
      'turn.assessed',
      'turn.completed',
    ])
  })
})
