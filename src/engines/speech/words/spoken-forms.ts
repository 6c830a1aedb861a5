import { abbreviationPhrases } from './abbreviations.ts'
import { amountPhrases, numberPhrases } from './amounts.ts'
import { timePhrases } from './clock-times.ts'
import { digitPhrases, ordinalPhrases } from './number-phrases.ts'

const FRACTIONS = new Map([
  ['1/2', ['one half', 'a half', 'half']],
  ['1/3', ['one third', 'a third']],
  ['2/3', ['two thirds']],
  ['1/4', ['one quarter', 'a quarter', 'one fourth']],
  ['3/4', ['three quarters', 'three fourths']],
  ['1/8', ['one eighth', 'an eighth']],
])

/**
 * How a token with digits, an abbreviation or a mark is said: phrases of plain words, most usual first; `undefined`
 * for an ordinary word.
 */
export function spokenForms(token: string): string[] | undefined {
  if (!/\d/.test(token)) return abbreviationPhrases(token)
  for (const read of READERS) {
    const phrases = read(token)
    if (phrases && phrases.length > 0) return phrases
  }
  return undefined
}

const READERS: ((token: string) => string[] | undefined)[] = [
  abbreviationPhrases,
  (token) => FRACTIONS.get(token),
  timePhrases,
  phonePhrases,
  numberPhrases,
  ordinalsAndDecades,
  amountPhrases,
  rangePhrases,
  markedPhrases,
  versionPhrases,
]

/** "010-1234-5678" and "123-4567" digit by digit. */
function phonePhrases(token: string): string[] | undefined {
  const isPhone = /^\+?\d{1,4}(?:-\d{3,4}){2,3}$|^\d{3}-\d{4}$|^0\d{1,2}-\d{3,4}$/.test(token)
  return isPhone
    ? digitPhrases(token.replace(/\D/g, '')).map((said) => (token.startsWith('+') ? `plus ${said}` : said))
    : undefined
}

function ordinalsAndDecades(token: string): string[] | undefined {
  const ordinal = /^(\d{1,6})(?:st|nd|rd|th)$/i.exec(token)?.[1]
  if (ordinal) return ordinalPhrases(ordinal)
  const decade = /^'?((?:1[1-9]|20)?[2-9]0)'?s$/.exec(token)?.[1]
  return decade ? numberPhrases(decade)?.map((said) => said.replace(/y$/, 'ies')) : undefined
}

/** "3-5" as "three to five"; what stands after the second number is said once: "10-20%". */
function rangePhrases(token: string): string[] | undefined {
  const match = /^([$₩€£¥]?[\d.,:]+)-([$₩€£¥]?[\d.,:]+\D*)$/.exec(token)
  const [from, to] = [match?.[1] ?? '', match?.[2] ?? ''].map(readPart)
  return from && to && [...crossed(from, to, 'to'), ...crossed(from, to, '')]
}

/** "24/7", "7/30", "-5", "+82", "#1" and "@7". */
function markedPhrases(token: string): string[] | undefined {
  const [, above = '', below = ''] = /^(\d+)\/(\d+)$/.exec(token) ?? []
  const [left, right] = [readPart(above), readPart(below)]
  if (left && right) return [...crossed(left, right, ''), ...crossed(left, right, 'slash')]
  const [, mark = '', rest = ''] = /^([-+#@])(.+)$/.exec(token) ?? []
  const names = MARKS.get(mark)
  return names && readPart(rest)?.flatMap((said) => names.map((name) => `${name} ${said}`))
}

const MARKS = new Map([
  ['-', ['minus', 'negative']],
  ['+', ['plus']],
  ['#', ['number', 'hash']],
  ['@', ['at']],
])

/** "1.2.3" with its points, "3:2" as a score. */
function versionPhrases(token: string): string[] | undefined {
  const [separator] = /[.:]/.exec(token) ?? []
  if (!separator || !/^\d{1,4}(?:[.:]\d{1,4})+$/.test(token)) return undefined
  const parts = token.split(/[.:]/).map((part) => numberPhrases(part)?.[0] ?? '')
  return separator === '.' ? [parts.join(' point ')] : [parts.join(' to '), parts.join(' ')]
}

const readPart = (part: string) => timePhrases(part) ?? numberPhrases(part) ?? amountPhrases(part)

/** The usual reading with the usual one, and the second with the second: not every mixture is ever said. */
const crossed = (left: readonly string[], right: readonly string[], between: string) =>
  [0, 1].flatMap((index) => {
    const [from, to] = [left[index] ?? left[0], right[index] ?? right[0]]
    return from && to ? [`${from} ${between} ${to}`.replace(/ +/g, ' ')] : []
  })
