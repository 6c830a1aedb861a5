import { describe, expect, test } from 'vitest'
import { LevelGate } from './level-gate.ts'
import { vocabularyFrom } from './words.ts'

const createGate = (target: 'A2' | null = 'A2') => new LevelGate({ target, vocabulary: vocabularyFrom([]) })

describe('a reply that grows', () => {
  test('is shown sentence by sentence, each when it is whole', () => {
    const gate = createGate()
    const shown = ['Sure', '! What ', 'size would you', ' like? Sm', 'all or large?'].map((text) =>
      gate.append(text),
    )
    expect(shown).toEqual(['', 'Sure! ', '', 'What size would you like? ', ''])
    expect(gate.end()).toBe('Small or large?')
    expect(gate.shown).toBe('Sure! What size would you like? Small or large?')
  })

  test('stops before the first sentence beyond the level, and nothing after it is shown', () => {
    const gate = createGate()
    expect(gate.append('Good. The ambiance is exquisite. Do you like it? ')).toBe('Good. ')
    expect(gate.append('Yes. ')).toBe('')
    expect(gate.end()).toBe('')
    expect(gate.held).toBe('The ambiance is exquisite. Do you like it? Yes. ')
    gate.replaceHeld('It is very nice here. Do you like it?')
    expect(gate.shown).toBe('Good. It is very nice here. Do you like it?')
    expect(gate.held).toBe('')
  })

  test('stops at the last sentence too', () => {
    const gate = createGate()
    gate.append('Good. The ambiance is exquisite')
    expect(gate.end()).toBe('')
    expect(gate.held).toBe('The ambiance is exquisite')
  })

  test('takes no point of an abbreviation or a number for an end', () => {
    const gate = createGate()
    expect(gate.append('Mr. Haneul paid 4.50 at 5 p.m. yesterday. ')).toBe(
      'Mr. Haneul paid 4.50 at 5 p.m. yesterday. ',
    )
  })

  test('goes through as it comes where no level is known', () => {
    const gate = createGate(null)
    expect(gate.append('The ambi')).toBe('The ambi')
    expect(gate.end()).toBe('')
  })
})
