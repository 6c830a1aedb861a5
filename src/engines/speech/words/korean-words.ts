import { isHangul, romaniseHangul } from './hangul.ts'
import { readRomanised } from './korean-syllables.ts'
import { eachOnce, inSequence, type Ways } from './pronunciations.ts'

/** What follows the hyphen of a Korean address or place: street, lane, ward, district, city, county and so on. */
const PLACE_ENDINGS = new Set(
  'ro no gil daero dong gu si do gun eup myeon ri ni ga san sa mot ho cheon gang yeok'.split(' '),
)
/** Spellings that hardly any English word has. */
const DISTINCTIVE = /eo|eu|ae|kk|tt(?=[aeiouwy])|^pp|jj|^ss/
/** Short words of plain syllables that would pass for English ones. */
const WELL_KNOWN = new Set(
  'soju mandu hanok hanbok gimbap mukbang ramyun banchan doenjang jjimdak dakgalbi makchang'.split(' '),
)

/** Hangul by the values of its letters; empty for anything else. */
export function hangulWays(token: string): Ways {
  if (!isHangul(token)) return []
  return inSequence(romaniseHangul(token).map((syllable) => readRomanised(syllable).ways)).map((phones) =>
    phones.filter((phone, index) => phone !== phones[index - 1] || /^[AEIOU]/.test(phone)),
  )
}

/**
 * A Korean name or dish in Revised Romanisation, by the values of its letters: every part has to be made of Korean
 * syllables, and something has to tell it from English. Empty otherwise.
 */
export function romanisedWays(token: string): Ways {
  const parts = token.toLowerCase().split('-')
  const readings = parts.map(readRomanised)
  if (readings.some(({ ways }) => ways.length === 0)) return []
  const syllables = readings.reduce((sum, reading) => sum + reading.syllables, 0)
  if (!looksKorean(token, parts, syllables)) return []
  return eachOnce(inSequence(readings.map(({ ways }, index) => assimilated(parts, index, ways))))
}

function looksKorean(token: string, parts: readonly string[], syllables: number): boolean {
  const word = parts.join('')
  if (parts.length > 1) return PLACE_ENDINGS.has(parts.at(-1) ?? '') || DISTINCTIVE.test(word)
  if (syllables < 2) return false
  if (DISTINCTIVE.test(word) || WELL_KNOWN.has(word)) return true
  // "Chatbot" and "tiptop" are made of such syllables too; few Korean names end in a plain t.
  return !word.endsWith('t') && (syllables > 2 || /^\p{Lu}/u.test(token))
}

/** "Dongseong-ro" is said with N by those who know Korean and with R by those who read it; so is "-ri". */
function assimilated(parts: readonly string[], index: number, ways: Ways): Ways {
  const isAfterNasal = /(?:ng|m)$/.test(parts[index - 1] ?? '')
  if (!isAfterNasal || !/^(?:ro|ri)$/.test(parts[index] ?? '')) return ways
  return [...ways.map(([, ...rest]) => ['N', ...rest]), ...ways]
}
