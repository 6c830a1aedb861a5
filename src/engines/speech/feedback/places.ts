import { isVowel } from '../phones.ts'
import type { Place } from './template.ts'

/**
 * Where the phone at `index` stands among the phones of its word. Syllables inside a word are not divided: only
 * what follows the last vowel counts as coda.
 */
export function placesOf(phones: readonly string[], index: number): Place[] {
  const places: Place[] = []
  if (index === 0) places.push('initial')
  const isConsonant = (at: number) => {
    const phone = phones[at]
    return phone !== undefined && !isVowel(phone)
  }
  if (!isConsonant(index)) return places
  const lastVowel = phones.findLastIndex(isVowel)
  if (lastVowel >= 0 && index > lastVowel) places.push('coda')
  if (isConsonant(index - 1) || isConsonant(index + 1)) places.push('cluster')
  return places
}
