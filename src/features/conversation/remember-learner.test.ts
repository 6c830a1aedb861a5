import { expect, test } from 'vitest'
import { withoutRefused } from './remember-learner.ts'

const safety = (verdict: 'safe' | 'unsafe') =>
  ({ verdict, basis: 'heuristic', category: null, evidence: null, note: null, ruleVersion: null }) as const
const said = (content: string) => ({ role: 'user', content, safety: null }) as const
const answered = (content: string, verdict: 'safe' | 'unsafe') =>
  ({ role: 'assistant', content, safety: safety(verdict) }) as const

test('words that were refused are not looked through for facts, nor is the refusal', () => {
  const messages = [
    said('I like hiking.'),
    answered('Me too!', 'safe'),
    said('My phone number is 010 1234 5678.'),
    answered('Let us keep that private.', 'unsafe'),
    said('I have a cat.'),
  ]
  expect(withoutRefused(messages).map(({ content }) => content)).toEqual([
    'I like hiking.',
    'Me too!',
    'I have a cat.',
  ])
})
