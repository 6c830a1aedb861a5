/** Signs that are read as a letter: digits for letters, and letters of other scripts that look like Latin ones. */
const READ_AS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  i: 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'l',
  ѕ: 's',
  ј: 'j',
  к: 'k',
  м: 'm',
  т: 't',
  н: 'h',
  в: 'b',
  α: 'a',
  ο: 'o',
  ε: 'e',
  ι: 'l',
  ν: 'v',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  κ: 'k',
}

/** Those that are no letters, and those that are read as another. */
const SIGNS = new RegExp(`[^\\p{L}\\p{N}]|[${Object.keys(READ_AS).join('')}]`, 'gu')

/**
 * The letters of a text as a reader takes them in, whatever stands between them and however they are written: small,
 * without accents, blanks, signs and characters of no width, `1` and `i` as `l`. For comparing, never for showing.
 */
export const foldLetters = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(SIGNS, (sign) => READ_AS[sign] ?? '')
