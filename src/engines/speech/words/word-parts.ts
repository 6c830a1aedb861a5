import type { Ways } from './pronunciations.ts'

/** The parts of "A4", "KTX-1", "Wi-Fi" or "2호선": at hyphens and dots, and where digits or Hangul meet letters. */
export const splitCompound = (written: string) =>
  written
    .split(
      /[-.·/_:;,+&@#"“”()]+|(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)|'(?=\p{Script=Hangul})|(?<=\p{Script=Hangul})'|(?<=\p{Script=Hangul})(?=\p{Script=Latin})|(?<=\p{Script=Latin})(?=\p{Script=Hangul})|(?<=\p{Ll})(?=\p{Lu})/u,
    )
    .filter((part) => part !== '')

const CONTRACTED = new Map<string, string[]>([
  ['ll', ['AH', 'L']],
  ['d', ['D']],
  ['ve', ['AH', 'V']],
  ['re', ['ER']],
  ['m', ['M']],
])
const HISSING = new Set('S Z SH ZH CH JH'.split(' '))
const VOICELESS = new Set('P T K F TH'.split(' '))

/** A way of saying a word, with the plural or possessive "s" or a shortened verb after it. */
export function withEnding(way: readonly string[], ending: string): Ways {
  const last = way.at(-1) ?? ''
  if (ending === 's' && HISSING.has(last)) return [[...way, 'IH', 'Z']]
  if (ending === 's') return [[...way, VOICELESS.has(last) ? 'S' : 'Z']]
  return [[...way, ...(CONTRACTED.get(ending) ?? [])]]
}
