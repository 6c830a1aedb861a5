import { describe, expect, test } from 'vitest'
import { ReplyFilter } from './reply-filter.ts'
import { secretOf } from './secret.ts'

const CANARY = 'abcabd012345'

function filter(...deltas: string[]) {
  const secret = secretOf({ instructions: '', mark: CANARY, sayable: [] })
  const reply = new ReplyFilter({ emotions: ['neutral', 'happy'], secret })
  const shown = [...deltas.map((delta) => reply.append(delta)), reply.end()]
  return { shown: shown.filter((text) => text !== ''), emotion: reply.emotion, hasLeaked: reply.hasLeaked }
}

describe('the emotion of a reply', () => {
  test.each([
    ['in one piece', ['[happy] Hello!'], 'happy', ['Hello!']],
    ['split over pieces', ['[', 'hap', 'py', ']', ' ', 'Hel', 'lo!'], 'happy', ['Hel', 'lo!']],
    ['in capitals and with a word before it', ['[Emotion: Happy]\n\nHello!'], 'happy', ['Hello!']],
    ['after blanks', ['\n', ' [happy]', 'Hello!'], 'happy', ['Hello!']],
    ['twice', ['[happy][happy] Hello!'], 'happy', ['Hello!']],
    ['unknown', ['[furious] Hello!'], 'neutral', ['Hello!']],
    ['missing', ['Hello', '!'], 'neutral', ['Hello', '!']],
    ['cut off', ['[hap'], 'neutral', []],
    ['again in the middle', ['[happy] Hi! [neu', 'tral] So?'], 'happy', ['Hi! ', 'So?']],
  ])('%s is read and never shown', (_case, deltas, emotion, shown) => {
    expect(filter(...deltas)).toEqual({ shown, emotion, hasLeaked: false })
  })

  test('leaves other brackets of the talk alone, also when they never close', () => {
    expect(filter('Say [your name] here, [or').shown.join('')).toBe('Say [your name] here, [or')
    const long = `[this opens but runs on for longer than any tag could ever be, and on`
    expect(filter(long).shown.join('')).toBe(long)
  })
})

describe('the canary', () => {
  test.each([
    ['in one piece', [`Sure: ${CANARY} is it`]],
    ['split', ['Sure: abc', 'abd01', '2345 is it']],
    ['letter by letter, in capitals', [...`Sure: ${CANARY.toUpperCase()} is it`]],
  ])('%s ends what is shown', (_case, deltas) => {
    const { shown, hasLeaked } = filter(...deltas)
    // Two signs of it are in many words.
    expect(shown.join('').toLowerCase()).toMatch(/^sure: (?:ab?)?$/)
    expect(hasLeaked).toBe(true)
  })

  test('inside brackets is found too', () => {
    expect(filter('Sure ', '[', CANARY, '] ok')).toMatchObject({ shown: ['Sure ', '['], hasLeaked: true })
    expect(filter(`[${CANARY}] ok`)).toMatchObject({ shown: [], hasLeaked: true })
  })

  test('half begun and never finished is talk', () => {
    expect(filter('My ab', 'cab', ' came.').shown.join('')).toBe('My abcab came.')
    expect(filter('It ends in abcab').shown.join('')).toBe('It ends in abcab')
  })
})
