/** Small letters and straight apostrophes, without punctuation. Every word counts, articles too. */
export const plainWords = (text: string) =>
  (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}']+/gu) ?? []
  ).join(' ')
