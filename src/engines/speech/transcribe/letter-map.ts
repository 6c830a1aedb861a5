/** First and last part that a word lies in; `undefined` for a word without letters. */
export type PartRange = { first: number; last: number }

/**
 * Which parts each word of a text lies in, when a model gives the text once as a whole and once in parts (words,
 * tokens, segments). They are laid side by side letter by letter, because blanks and punctuation differ between
 * them. `undefined` when the letters are not the same.
 */
export function mapLetters(
  words: readonly string[],
  parts: readonly string[],
): (PartRange | undefined)[] | undefined {
  const partOfLetter = parts.flatMap((part, index) => lettersOf(part).map(() => index))
  if (lettersOf(words.join('')).join('') !== lettersOf(parts.join('')).join('')) return undefined
  let offset = 0
  return words.map((word) => {
    const length = lettersOf(word).length
    const first = partOfLetter[offset]
    const last = partOfLetter[offset + length - 1]
    offset += length
    return length === 0 || first === undefined || last === undefined ? undefined : { first, last }
  })
}

const lettersOf = (text: string): string[] =>
  text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]/gu) ?? []
