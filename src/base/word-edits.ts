/** A pair of one word of each side; one of them is missing where a word was left out or added. */
export type WordPair = { left: number | undefined; right: number | undefined }

export type WordEdits = {
  /** In order, by index. Different words may face each other: compare them. */
  pairs: WordPair[]
  distance: number
}

/** Words without case and punctuation; contractions stay whole, because they sound different written out. */
export const plainWord = (word: string) =>
  word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, '')

/** What stands between blanks and has a letter or digit. */
export const splitWords = (text: string) =>
  text.split(/[\s\u200b]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word))

/**
 * The fewest words to put in, leave out or exchange to make one text of the other, and which words then face each
 * other (Levenshtein 1966, on words, as in the word error rate).
 */
export function compareWords(left: readonly string[], right: readonly string[]): WordEdits {
  const a = left.map(plainWord)
  const b = right.map(plainWord)
  const costs = fillCosts(a, b)
  const costAt = (i: number, j: number) => costs[i]?.[j] ?? Number.POSITIVE_INFINITY
  const pairs: WordPair[] = []
  let i = a.length
  let j = b.length
  while (i > 0 || j > 0) {
    const isPaired = i > 0 && j > 0 && costAt(i, j) === costAt(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
    const takesLeft = isPaired || costAt(i, j) === costAt(i - 1, j) + 1
    const takesRight = isPaired || !takesLeft
    if (takesLeft) i -= 1
    if (takesRight) j -= 1
    pairs.push({ left: takesLeft ? i : undefined, right: takesRight ? j : undefined })
  }
  return { pairs: pairs.reverse(), distance: costAt(a.length, b.length) }
}

function fillCosts(a: readonly string[], b: readonly string[]): number[][] {
  const costs = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (const [i, word] of a.entries()) {
    const above = costs[i] ?? []
    const row = [i + 1]
    for (const [j, other] of b.entries()) {
      const exchanged = (above[j] ?? 0) + (word === other ? 0 : 1)
      row.push(Math.min(exchanged, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
    costs.push(row)
  }
  return costs
}

/** 1 for the same words, 0 for none in common: 1 − distance ÷ words of the longer text. */
export function wordSimilarity(left: string, right: string): number {
  const a = splitWords(left)
  const b = splitWords(right)
  const longest = Math.max(a.length, b.length)
  return longest === 0 ? 0 : 1 - compareWords(a, b).distance / longest
}
