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
  const pairs: WordPair[] = []
  let end = { left: a.length, right: b.length }
  while (end.left > 0 || end.right > 0) {
    const start = stepBack(costs, { a, b, end })
    pairs.push({
      left: start.left < end.left ? start.left : undefined,
      right: start.right < end.right ? start.right : undefined,
    })
    end = start
  }
  return { pairs: pairs.reverse(), distance: costs[a.length]?.[b.length] ?? 0 }
}

type Place = { left: number; right: number }

/** Where the cheapest way to `end` comes from: a word of both sides if it can be, else of the left, else of the right. */
function stepBack(
  costs: readonly number[][],
  { a, b, end: { left, right } }: { a: readonly string[]; b: readonly string[]; end: Place },
): Place {
  const costAt = (i: number, j: number) => costs[i]?.[j] ?? Number.POSITIVE_INFINITY
  const exchange = a[left - 1] === b[right - 1] ? 0 : 1
  if (costAt(left, right) === costAt(left - 1, right - 1) + exchange)
    return { left: left - 1, right: right - 1 }
  const isLeftOut = costAt(left, right) === costAt(left - 1, right) + 1
  return isLeftOut ? { left: left - 1, right } : { left, right: right - 1 }
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
