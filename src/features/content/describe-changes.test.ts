import { describe, expect, test } from 'vitest'
import type { ContentKind } from './content-items.ts'
import { describeChanges } from './describe-changes.ts'

const item = (content: unknown, kind: ContentKind = 'variation', key = 'cafe/latte') => ({
  kind,
  key,
  contentHash: JSON.stringify(content),
  content,
})

const changesOf = (before: unknown, after: unknown) => describeChanges([item(before)], [item(after)])

describe('what changes for learners', () => {
  test('a line that reads otherwise is shown as it was and as it is', () => {
    expect(changesOf({ opener: 'Hi!' }, { opener: 'Hello!' })).toEqual([
      'The opener of variation cafe/latte changes from "Hi!" to "Hello!"',
    ])
  })

  test('hints, goals and responses are named as authors know them', () => {
    const before = {
      goals: [
        { id: 'order', description: 'Order' },
        { id: 'pay', description: 'Pay' },
      ],
      hint_levels: [{ level: 1, text: { en: 'Ask.', ko: '물어보세요.' } }],
      ideal_responses: [{ text: 'A latte, please.', reply: 'Sure.', goal: 'order' }],
    }
    const after = {
      goals: [{ id: 'order', description: 'Order a latte' }],
      hint_levels: [
        { level: 1, text: { en: 'Ask.', ko: '부탁하세요.' } },
        { level: 2, text: { en: 'Say please.', ko: 'please를 붙이세요.' } },
      ],
      ideal_responses: [{ text: 'One latte, please.', reply: 'Sure.', goal: 'order' }],
    }
    expect(changesOf(before, after)).toEqual([
      'Goal order (description) of variation cafe/latte changes from "Order" to "Order a latte"',
      'Goal pay of variation cafe/latte is gone',
      'Hint 1 (text, ko) of variation cafe/latte changes from "물어보세요." to "부탁하세요."',
      'Hint 2 of variation cafe/latte is new: "Say please."',
      'Ideal response "One latte, please." of variation cafe/latte is new',
      'Ideal response "A latte, please." of variation cafe/latte is gone',
    ])
  })

  test('plain lists name what came and what went, and an order that changed', () => {
    expect(changesOf({ fallbacks: ['Pardon?'] }, { fallbacks: ['Sorry?'] })).toEqual([
      'Fallback "Sorry?" of variation cafe/latte is new',
      'Fallback "Pardon?" of variation cafe/latte is gone',
    ])
    expect(changesOf({ fallbacks: ['a', 'b'] }, { fallbacks: ['b', 'a'] })).toEqual([
      'The order of the fallbacks of variation cafe/latte changes',
    ])
  })

  test('a key that comes or goes is new or gone', () => {
    const [before, after] = [{ limits: { max_turns: 5 } }, { limits: { max_turns: 6 }, location: 'apsan' }]
    expect(changesOf(before, after)).toEqual([
      'The limits (max turns) of variation cafe/latte change from 5 to 6',
      'The location of variation cafe/latte is new: "apsan"',
    ])
    expect(changesOf(after, before)).toContain('The location of variation cafe/latte is gone')
  })

  test('of a long text the place is shown where it begins to differ', () => {
    const long = 'word '.repeat(100)
    expect(changesOf({ body: `${long}old end` }, { body: `${long}new end` })).toEqual([
      expect.stringMatching(
        /^The body of variation cafe\/latte changes from "….{30}old end" to "….{30}new end"$/,
      ),
    ])
  })

  test('tests, extensions and comments are said to be invisible', () => {
    const [line] = describeChanges([{ ...item({ tests: [1] }), contentHash: 'a' }], [item({ tests: [] })])
    expect(line).toMatch(/^Variation cafe\/latte changes only in what learners never see/)
  })

  test('whole texts come and go, and equal ones are not mentioned', () => {
    const [same, gone, added] = [item({ a: 1 }), item({}, 'persona', 'old'), item({}, 'prompt', 'fresh')]
    expect(describeChanges([same, gone], [same, added])).toEqual([
      'Persona old is gone; sessions and conversations that have begun keep it',
      'Prompt fresh is new',
    ])
  })
})
