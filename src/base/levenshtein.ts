/** Characters to put in, leave out or exchange to make one text of the other (Levenshtein 1966). */
export function levenshtein(left: string, right: string): number {
  const columns = [...right]
  let above = [0, ...columns.map((_, at) => at + 1)]
  for (const [row, character] of [...left].entries()) {
    const current = [row + 1]
    for (const [at, other] of columns.entries()) {
      const exchanged = (above[at] ?? 0) + (character === other ? 0 : 1)
      current.push(Math.min(exchanged, (above[at + 1] ?? 0) + 1, (current[at] ?? 0) + 1))
    }
    above = current
  }
  return above.at(-1) ?? 0
}
