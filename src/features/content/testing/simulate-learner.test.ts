import { describe, expect, test } from 'vitest'
import { SimulatedLearnerFile } from '../simulated-learner-file.ts'
import type { PlayedTurn } from './played.ts'
import { createLineLearner, quotedIn, withSlips } from './simulate-learner.ts'

const learner = (given: object) =>
  SimulatedLearnerFile.parse({
    learner_name: 'x',
    description: 'x',
    cefr_level: 'A2',
    first_language: 'ko',
    behaviour: 'answers',
    slips: [
      {
        description: 'no articles',
        pattern: '\\b(?:a|an|the) ',
        becomes: '',
        example: { says: 'a tea', becomes: 'tea' },
      },
    ],
    ...given,
  })
const response = (text: string, goal: string) => ({ text, goal, reply: 'Sure.' })
const variation = {
  tests: [{ says: 'Can I have a tea?', expects_goal: 'order' }],
  ideal_responses: [response('I would like a tea, please.', 'order'), response('By card, please.', 'pay')],
  acceptable_responses: [response('A tea.', 'order')],
  common_mistakes: [
    { says: 'tea one', correction: 'one tea', explanation: { en: 'x', ko: '말' } },
    { says: 'with card', correction: 'by card', explanation: { en: 'x', ko: '말' } },
  ],
  hint_levels: [
    { level: 1, text: { en: 'Order. "Not this."', ko: '말' } },
    { level: 2, text: { en: 'Say "A tea, please." and “By card.”', ko: '말' } },
  ],
}
const missed: PlayedTurn = { said: 'x', reply: 'Pardon?', goalsMet: [], corrections: [] }
const met = { ...missed, goalsMet: ['order'] }
const say = (given: object, turns: PlayedTurn[], openGoals: string[]) =>
  createLineLearner(
    learner(given),
    variation,
  )({ opener: 'Hi', turns, openGoals, isDone: openGoals.length === 0 })

describe('who answers', () => {
  test('says a paraphrase for the next goal first, with the slips of the first language', async () => {
    expect(await say({}, [], ['order', 'pay'])).toBe('Can I have tea?')
  })

  test('takes more care, and other words, when that was not understood', async () => {
    expect(await say({}, [missed], ['order', 'pay'])).toBe('A tea.')
    expect(await say({}, [missed, missed], ['order', 'pay'])).toBe('I would like a tea, please.')
  })

  test('begins anew with each goal, and has no more to say after the last', async () => {
    expect(await say({}, [missed, met], ['pay'])).toBe('By card, please.')
    expect(await say({}, [met, met], [])).toBeUndefined()
  })
})

test('who follows hints says what the last of them quotes', async () => {
  const given = { behaviour: 'follows-hints' }
  expect(await say(given, [], ['order'])).toBe('A tea, please.')
  expect(await say(given, [met], ['pay'])).toBe('By card.')
  expect(await say(given, [met, met], [])).toBeUndefined()
})

test('who makes mistakes makes each of them, also when all goals are reached', async () => {
  const given = { behaviour: 'makes-mistakes' }
  expect(await say(given, [], ['order'])).toBe('tea one')
  expect(await say(given, [met], [])).toBe('with card')
  expect(await say(given, [met, met], [])).toBeUndefined()
})

test('an empty line is silence, and after the last line comes nothing', async () => {
  const given = { behaviour: 'says-lines', utterances: ['', 'Um…'] }
  expect(await say(given, [], ['order'])).toBeNull()
  expect(await say(given, [missed], ['order'])).toBe('Um…')
  expect(await say(given, [missed, missed], ['order'])).toBeUndefined()
})

test('a slip never leaves nothing to say', () => {
  expect(withSlips('the ', learner({}))).toBe('the ')
})

test('a slip whose example is not what comes out is refused', () => {
  const slips = [{ description: 'x', pattern: 'a', becomes: 'b', example: { says: 'a', becomes: 'c' } }]
  expect(() => learner({ slips })).toThrow("is not what comes out: 'b'")
})

test('quotes are read in both forms', () => {
  expect(quotedIn('Say "one" or “two”.')).toEqual(['one', 'two'])
})
