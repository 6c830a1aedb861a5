import { expect, test } from 'vitest'
import { nameWords } from './render.ts'

test('words are named in small letters, and “I” stays a capital (faults.md I5)', () => {
  expect(nameWords(['I', 'Rice', 'rice', "I'd"], 'en')).toBe("“I”, “rice”, “I'd”")
  expect(nameWords(['In'], 'ko')).toBe('‘in’')
})
