import { expect, test } from 'vitest'
import { chooseReference } from './choose-reference.ts'

const response = (text: string, goal = 'order', kind: 'ideal' | 'acceptable' = 'ideal') => ({
  text,
  goal,
  kind,
  reply: 'Sure.',
})

const RESPONSES = [
  response('Can I get an iced americano, please?'),
  response("I'd like an iced americano, please.", 'order', 'acceptable'),
  response('A large one, please.', 'size'),
]

test('a word left out of a long response is still an attempt at it', () => {
  expect(chooseReference('can i get iced americano please', RESPONSES)).toEqual({
    basis: 'expected_response',
    text: 'Can I get an iced americano, please?',
    nearest: {
      text: 'Can I get an iced americano, please?',
      goal: 'order',
      kind: 'ideal',
      similarity: 0.857,
    },
  })
})

test('one other word in a short response is another answer, which stands for itself', () => {
  expect(chooseReference('A small one, please.', RESPONSES)).toMatchObject({
    basis: 'transcript',
    text: 'A small one, please.',
    nearest: { text: 'A large one, please.', similarity: 0.75 },
  })
})

test('of equally near responses the first is taken', () => {
  const twice = [response('No, thanks.', 'first'), response('No thanks!', 'second')]
  expect(chooseReference('no thanks', twice).nearest?.goal).toBe('first')
})

test('what has no word in common with any, or has none to compare with, has no nearest', () => {
  expect(chooseReference('My grandmother collects stamps', RESPONSES)).toEqual({
    basis: 'transcript',
    text: 'My grandmother collects stamps',
    nearest: null,
  })
  expect(chooseReference('Hello', []).nearest).toBeNull()
})
