import { expect, test } from 'vitest'
import { timeWords } from './time-words.ts'

const said = (text: string) => ({ text, startMs: null, endMs: null, confidence: 0.9 })

test('words get the times of the same words in the reference, others keep none', () => {
  const aligned = [
    { text: 'An', startMs: null, endMs: null },
    { text: 'iced', startMs: 100, endMs: 300 },
    { text: 'americano', startMs: 300, endMs: 900 },
  ]
  expect(timeWords([said('Iced'), said('latte.')], aligned)).toEqual([
    { text: 'Iced', startMs: 100, endMs: 300, confidence: 0.9 },
    { text: 'latte.', startMs: null, endMs: null, confidence: 0.9 },
  ])
})
