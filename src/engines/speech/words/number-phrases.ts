import { toCardinal, toOrdinal } from 'n2words/en-US'

/** Numbers with more digits are numbers of something (a card, a phone), said digit by digit. */
const MAX_COUNTED_DIGITS = 15

/** How a whole number without sign or commas is said, most usual first: counted, as a year, in pairs, by digits. */
export function integerPhrases(digits: string): string[] {
  if (digits.length > MAX_COUNTED_DIGITS || /^0\d/.test(digits)) return digitPhrases(digits)
  const counted = cardinalPhrases(digits)
  if (digits.length === 3) return [...counted, pairs(digits, 1), ...digitPhrases(digits)]
  if (digits.length !== 4) return digits.length > 6 ? [...digitPhrases(digits), ...counted] : counted
  const asPairs = [pairs(digits, 2), ...digitPhrases(digits)]
  return isYear(digits) ? [...asPairs.slice(0, 1), ...counted, ...asPairs.slice(1)] : [...counted, ...asPairs]
}

/** Counted: "one hundred five" and "one hundred and five". */
export function cardinalPhrases(digits: string): string[] {
  if (digits === '0') return ['zero', 'oh']
  const said = [toCardinal(digits), toCardinal(digits, { and: true })]
  if (/^[1-9][1-9]00$/.test(digits)) said.push(`${toCardinal(digits.slice(0, 2))} hundred`)
  if (/^1(?:\d\d|000|000000)$/.test(digits)) said.push(toCardinal(digits).replace('one', 'a'))
  return said.map(plain)
}

export function ordinalPhrases(digits: string): string[] {
  return Number(digits) > 0 ? [plain(toOrdinal(digits))] : []
}

/** Digit by digit, a nought as "zero" or as "oh". */
export function digitPhrases(digits: string): string[] {
  const said = [...digits].map((digit) => toCardinal(digit)).join(' ')
  return said.includes('zero') ? [said, said.replaceAll('zero', 'oh')] : [said]
}

/** "3.50" with "point", and the digits after it one by one. */
export function decimalPhrases(whole: string, fraction: string): string[] {
  const after = digitPhrases(fraction)[0] ?? ''
  const before = whole === '' ? [] : cardinalPhrases(whole)
  const said = before.map((words) => `${words} point ${after}`)
  return whole === '' || whole === '0' ? [...said, `point ${after}`] : said
}

const isYear = (digits: string) => /^(?:1[1-9]|20)\d{2}$/.test(digits) && !/^200\d|00$/.test(digits)

/** "1984" as nineteen eighty four, "305" as three oh five, "1900" as nineteen hundred. */
function pairs(digits: string, border: number): string {
  const [head, tail] = [digits.slice(0, border), digits.slice(border)]
  return plain(`${toCardinal(head)} ${tail === '00' ? 'hundred' : twoDigits(tail)}`)
}

/** The last two digits of a year or a time: "oh five", "fifteen". */
export const twoDigits = (digits: string) =>
  plain(digits.startsWith('0') ? `oh ${toCardinal(Number(digits))}` : toCardinal(Number(digits)))

const plain = (words: string) => words.replaceAll('-', ' ')
