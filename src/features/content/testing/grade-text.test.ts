import { describe, expect, test } from 'vitest'
import { TEXT_GRADES } from './grade-text.ts'
import type { Json } from './json.ts'

const SCHEMA = {
  type: 'object',
  required: ['score'],
  properties: { score: { type: 'integer', minimum: 0, maximum: 100 } },
}

type Case = [type: string, text: string, expected: { value?: Json; threshold?: number }]

const grade = ([type, text, { value, threshold }]: Case) => TEXT_GRADES[type]?.(text, { value, threshold })

const MET: Case[] = [
  ['equals', 'Sure.', { value: 'Sure.' }],
  ['equals', '{ "b": 2, "a": [1] }', { value: { a: [1], b: 2 } }],
  ['contains', 'One iced americano.', { value: 'iced' }],
  ['contains', 'Gate 0', { value: 0 }],
  ['icontains', 'One ICED americano.', { value: 'iced AMERICANO' }],
  ['contains-any', 'tea', { value: ['coffee', 'tea'] }],
  ['contains-all', 'tea and coffee', { value: ['coffee', 'tea'] }],
  ['icontains-any', 'TEA', { value: ['coffee', 'tea'] }],
  ['icontains-all', 'TEA and Coffee', { value: ['coffee', 'tea'] }],
  ['starts-with', 'Hello there', { value: 'Hello' }],
  ['regex', '주문 4개', { value: '^\\p{Script=Hangul}+ \\d개$' }],
  ['is-json', ' {"score": 5} ', {}],
  ['is-json', '{"score": 5}', { value: SCHEMA }],
  ['contains-json', 'Here: {"score": 5}. Bye {x', {}],
  ['contains-json', 'No [1] but {"score": 7, "why": "a } in a string"}', { value: SCHEMA }],
  ['levenshtein', 'kitten', { value: 'sitting', threshold: 3 }],
  ['levenshtein', 'abcde', { value: '' }],
]

const MISSED: Case[] = [
  ['equals', 'Sure.', { value: 'sure.' }],
  ['equals', '{"a": 1', { value: { a: 1 } }],
  ['contains', 'One ICED americano.', { value: 'iced' }],
  ['icontains', 'tea', { value: 'coffee' }],
  ['contains-any', 'Tea', { value: ['coffee', 'tea'] }],
  ['contains-all', 'tea', { value: ['coffee', 'tea'] }],
  ['icontains-any', 'water', { value: ['coffee', 'tea'] }],
  ['icontains-all', 'TEA', { value: ['coffee', 'tea'] }],
  ['starts-with', 'Oh, hello', { value: 'Hello' }],
  ['regex', 'four', { value: '^\\d$' }],
  ['is-json', 'Here: {"score": 5}', {}],
  ['is-json', '{"score": 900}', { value: SCHEMA }],
  ['is-json', '[]', { value: SCHEMA }],
  ['contains-json', 'no {json} here', {}],
  ['contains-json', '{"score": "high"} and {"score": 101}', { value: SCHEMA }],
  ['levenshtein', 'kitten', { value: 'sitting', threshold: 2 }],
  ['levenshtein', 'abcdef', { value: '' }],
]

describe('a text that is what is expected passes', () => {
  test.each(MET)('%s: %s %j', (...given) => {
    expect(grade(given)).toMatchObject({ status: 'PASS', score: 1 })
  })
})

describe('a text that is not fails, and the reason says so', () => {
  test.each(MISSED)('%s: %s %j', (...given) => {
    expect(grade(given)).toMatchObject({ status: 'FAIL', score: 0, reason: expect.stringMatching(/\S/) })
  })
})

test('a schema that cannot be checked is an error and no pass', () => {
  expect(grade(['is-json', '{}', { value: { type: 'nonsense' } }])).toMatchObject({ status: 'ERROR' })
})
