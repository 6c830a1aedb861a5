import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dictionaryPath } from '../dictionary.ts'
import { createLetterToSound, letterToSound } from './letter-to-sound.ts'
import { parseDictionary } from './pronouncing-dictionary.ts'

const SAMPLE = 2_000

test('the rules alone, without any list of words, come near the dictionary', () => {
  const { phoneErrorRate, shareRight } = measureAgainstDictionary()
  console.info(
    `letter to sound: ${phoneErrorRate.toFixed(3)} of phones wrong, ${shareRight.toFixed(3)} of words right`,
  )

  // Measured with phonemize 2.0.1: 0.126 of the phones wrong, 0.544 of the words exactly right.
  expect(phoneErrorRate).toBeLessThan(0.14)
  expect(shareRight).toBeGreaterThan(0.52)
})

test.each([
  ['frindle', 'D AH L'],
  ['selfies', 'S EH L F IY Z'],
  ['unboxing', 'NG'],
])('%s ends in %s', (word, phones) => {
  expect(letterToSound(word)?.join(' ')).toMatch(new RegExp(`${phones}$`))
})

function measureAgainstDictionary() {
  const text = readFileSync(dictionaryPath(), 'utf8')
  const dictionary = parseDictionary(text)
  const words = [...new Set([...text.matchAll(/^[a-z]{2,}(?= )/gm)].map(([word]) => word))]
  const guess = createLetterToSound({ rulesOnly: true })
  let wrong = 0
  let phones = 0
  let right = 0
  for (const word of sampleOf(words)) {
    const said = guess(word) ?? []
    const distances = dictionary
      .pronunciationsOf(word)
      .map((way) => ({ way, edits: editsBetween(said, way) }))
    const best = distances.reduce((left, other) => (other.edits < left.edits ? other : left))
    wrong += best.edits
    phones += best.way.length
    right += best.edits === 0 ? 1 : 0
  }
  return { phoneErrorRate: wrong / phones, shareRight: right / SAMPLE }
}

function sampleOf(words: readonly string[]): string[] {
  let seed = 20_261_121
  return Array.from({ length: SAMPLE }, () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0
    return words[Math.floor((seed / 2 ** 32) * words.length)] ?? ''
  })
}

/** Levenshtein: fewest phones put in, left out or exchanged. */
function editsBetween(left: readonly string[], right: readonly string[]): number {
  let above = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (const [row, phone] of left.entries()) {
    const current = [row + 1]
    for (const [column, other] of right.entries()) {
      const exchanged = (above[column] ?? 0) + (phone === other ? 0 : 1)
      current.push(Math.min((current[column] ?? 0) + 1, (above[column + 1] ?? 0) + 1, exchanged))
    }
    above = current
  }
  return above.at(-1) ?? 0
}
