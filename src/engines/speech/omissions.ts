import type { ReferenceWord } from './lexicon.ts'

type Labelled = { label: string }

/**
 * Which words of the text are among the entries that the decoder went through: the longest common subsequence.
 * A word is spoken when all of its entries are; words that the dictionary lacks always count as spoken.
 */
export function findSpoken(words: readonly ReferenceWord[], segments: readonly Labelled[]): boolean[] {
  const expected = words.flatMap(({ entries }, word) => entries.map((entry) => ({ entry, word })))
  const found = segments.map(({ label }) => withoutVariant(label))
  const matched = commonSubsequence(
    expected.map(({ entry }) => entry),
    found,
  )
  const missing = new Set(expected.filter((_, index) => !matched.has(index)).map(({ word }) => word))
  return words.map((_, word) => !missing.has(word))
}

/** The decoder names the variants of an entry "the(2)". */
export const withoutVariant = (label: string) => label.replace(/\(\d+\)$/, '')

/** Indices into `expected` of a longest common subsequence, by the usual table of lengths. */
function commonSubsequence(expected: readonly string[], found: readonly string[]): Set<number> {
  const columns = found.length + 1
  const lengths = new Uint16Array((expected.length + 1) * columns)
  const at = (row: number, column: number) => lengths[row * columns + column] ?? 0
  for (let row = expected.length - 1; row >= 0; row -= 1) {
    for (let column = found.length - 1; column >= 0; column -= 1) {
      lengths[row * columns + column] =
        expected[row] === found[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  return walk(expected, found, at)
}

function walk(
  expected: readonly string[],
  found: readonly string[],
  at: (row: number, column: number) => number,
): Set<number> {
  const matched = new Set<number>()
  let row = 0
  let column = 0
  while (row < expected.length && column < found.length) {
    if (expected[row] === found[column]) {
      matched.add(row)
      row += 1
      column += 1
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      row += 1
    } else {
      column += 1
    }
  }
  return matched
}
