import { badPronunciation } from '../errors.ts'
import { isPhone } from '../phones.ts'
import type { Pronunciations } from '../speech-engine.ts'

export type AuthoredWords = {
  /** Small letters, words one blank apart → phones. */
  ways: ReadonlyMap<string, string[]>
  /** Words in the longest key. */
  longestWords: number
}

/** The pronunciations that an author gave, stress marks taken off. Throws `text.bad_pronunciation`. */
export function authoredWords(pronunciations: Pronunciations): AuthoredWords {
  const ways = new Map<string, string[]>()
  let longestWords = 1
  for (const [written, symbols] of Object.entries(pronunciations)) {
    const key = written.normalize('NFKC').replace(/[‘’]/g, "'").trim().toLowerCase().replace(/\s+/g, ' ')
    ways.set(key, phonesOf(written, symbols))
    longestWords = Math.max(longestWords, key.split(' ').length)
  }
  return { ways, longestWords }
}

function phonesOf(written: string, symbols: string): string[] {
  const phones = symbols
    .trim()
    .split(/\s+/)
    .map((symbol) => symbol.toUpperCase().replace(/[0-2]$/, ''))
  const wrong = phones.find((phone) => !isPhone(phone))
  if (wrong !== undefined) throw badPronunciation(written, wrong)
  return phones
}
