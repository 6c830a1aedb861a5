/** Small letters and straight apostrophes, without punctuation. Every word counts, articles too. */
export const plainWords = (text: string) =>
  (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}']+/gu) ?? []
  ).join(' ')

/** Where the words stand in what was said, whatever the letters' size and the punctuation between them. */
export function findWords(said: string, words: string): { start: number; end: number } | undefined {
  const wanted = plainWords(words).split(' ')
  const spoken = Array.from(said.matchAll(/[\p{L}\p{N}'’]+/gu), ({ 0: word, index }) => ({
    plain: plainWords(word),
    start: index,
    end: index + word.length,
  }))
  const first = spoken.findIndex((_, at) =>
    wanted.every((word, offset) => spoken[at + offset]?.plain === word),
  )
  const [from, to] = [spoken[first], spoken[first + wanted.length - 1]]
  return from && to && { start: from.start, end: to.end }
}
