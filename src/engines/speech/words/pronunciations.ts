/** Ways of saying something, most usual first; each a list of phones. */
export type Ways = string[][]

/** More would cost the aligner time and tell it nothing. */
const MAX_WAYS = 12
const MAX_WAYS_OF_PHRASE = 4

/** The parts said one after the other: every combination, up to a few; empty when a part cannot be said. */
export function inSequence(parts: readonly Ways[]): Ways {
  let said: Ways = [[]]
  for (const ways of parts) {
    const longer = ways.flatMap((way) => said.map((begin) => [...begin, ...way]))
    said = longer.slice(0, MAX_WAYS_OF_PHRASE)
  }
  return parts.length === 0 ? [] : said
}

/** Alternatives in order, each once. */
export function eachOnce(ways: Ways): Ways {
  if (ways.length < 2) return ways.filter((way) => way.length > 0)
  const byPhones = new Map(ways.filter((way) => way.length > 0).map((way) => [way.join(' '), way]))
  return [...byPhones.values()].slice(0, MAX_WAYS)
}
