import { keepFound, WORDS_ONLY } from '#base/keep-found.ts'
import { isDottedAbbreviation } from './abbreviations.ts'

/** Longer than any word or number that a person says in one breath: a web address, or a key held down. */
export const MAX_TOKEN_LENGTH = 60

/**
 * The pieces of a text that are said, as written but without the punctuation around them. Marks that are said ("&",
 * "+") stand alone or stay where they are; the dot of an abbreviation belongs to it.
 */
export function tokensOf(text: string): string[] {
  const tokens = normalise(text)
    .split(/[\s—–]+|\.{2,}|(?<=\p{L})[,;:!?](?=\p{L})/u)
    .flatMap(piecesOf)
  return tokens.some((token) => /[\p{L}\p{N}]/u.test(token)) ? tokens : []
}

const piecesOf = keepFound(
  (written) =>
    splitAtSlash(written)
      .map(withoutPunctuation)
      .filter((token) => token !== ''),
  { most: 20_000, longest: WORDS_ONLY },
)

/** Letters, digits and marks that are written in one way only. */
const PLAIN = /^[\n -_a-}]*$/

function normalise(text: string): string {
  if (PLAIN.test(text)) return text
  return (
    text
      // Before NFKC, which turns keycaps into plain digits, "2½" into "21⁄2" and "™" into letters.
      .replace(/\p{RGI_Emoji}|[™®©\u{FE0F}\u{20E3}]/gv, ' ')
      .replace(/(?<=\d)(?=[½⅓⅔¼¾⅛])/g, ' ')
      .normalize('NFKC')
      .replace(/\p{Cf}/gu, '')
      .replace(/[‘’ʼ´`]/g, "'")
      .replaceAll('⁄', '/')
      .replace(/(?<=\d)[–—−~](?=[\d$₩€£])|[−](?=\d)/g, '-')
      .replace(/(?<=\p{L})[‐‑](?=\p{L})/gu, '-')
  )
}

/** "and/or" is two words; "km/h" and "24/7" are one. */
const splitAtSlash = (token: string) =>
  /\d/.test(token) || isDottedAbbreviation(token) ? [token] : token.split('/')

function withoutPunctuation(token: string): string {
  if (/^[&+@=%]$/.test(token)) return token
  const trimmed = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
  if (trimmed === '') return ''
  const start = token.indexOf(trimmed)
  const before = /(?:['$₩€£¥@#]|(?:^|[^\p{L}\p{N}])[-+][$₩€£¥]?)$/u.exec(token.slice(0, start))?.[0] ?? ''
  const after = token.slice(start + trimmed.length)
  const lead = /\d/.test(trimmed) || !/[-+]/.test(before) ? before.replace(/^[^'$₩€£¥@#+-]/u, '') : ''
  return lead + trimmed + tailOf(trimmed, after)
}

function tailOf(trimmed: string, after: string): string {
  if (after.startsWith('.') && isDottedAbbreviation(`${trimmed}.`)) return '.'
  return /^(?:%|°|'|₩|€)/.exec(after)?.[0] ?? ''
}
