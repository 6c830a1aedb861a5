import { isDeepStrictEqual } from 'node:util'

/** One part of a text that differs. `part` is in words; `isMany` when it is a plural. */
export type ChangedPart =
  | { part: string; isMany: boolean; change: 'new' | 'gone'; value: unknown }
  | { part: string; isMany: boolean; change: 'other'; from: unknown; to: unknown }
  | { part: string; isMany: true; change: 'order' }

/** Lists whose entries have a name: what one entry is called, and the key it is known by. */
const ENTRIES: Record<string, { noun: string; key: string; isQuoted: boolean }> = {
  goals: { noun: 'goal', key: 'id', isQuoted: false },
  ideal_responses: { noun: 'ideal response', key: 'text', isQuoted: true },
  acceptable_responses: { noun: 'acceptable response', key: 'text', isQuoted: true },
  common_mistakes: { noun: 'common mistake', key: 'says', isQuoted: true },
  hint_levels: { noun: 'hint', key: 'level', isQuoted: false },
  vocabulary_support: { noun: 'word', key: 'word', isQuoted: true },
  useful_expressions: { noun: 'expression', key: 'text', isQuoted: true },
  usage_examples: { noun: 'example', key: 'text', isQuoted: true },
  templates: { noun: 'advice', key: 'key', isQuoted: false },
  categories: { noun: 'category', key: 'id', isQuoted: false },
}

/** Notes of authors to themselves and their tools. */
const UNSEEN = ['tests', 'extensions']

/** What differs for learners, part by part, in the order of the text. */
export function changedParts(before: unknown, after: unknown): ChangedPart[] {
  const from = toRecord(before)
  const to = toRecord(after)
  return unionOf(Object.keys(to), Object.keys(from))
    .filter((key) => !UNSEEN.includes(key) && !isDeepStrictEqual(from[key], to[key]))
    .flatMap((key) => changesOfKey(key, from[key], to[key]))
}

function changesOfKey(key: string, from: unknown, to: unknown): ChangedPart[] {
  const entry = ENTRIES[key]
  const [before, after] = [from ?? [], to ?? []]
  if (Array.isArray(before) && Array.isArray(after)) {
    const noun = entry?.noun ?? singular(inWords(key))
    const nameOf = (value: unknown) => nameOfEntry(noun, value, entry)
    return changesOfList(inWords(key), { before, after, nameOf })
  }
  return changesOfValue(`the ${inWords(key)}`, { from, to, inner: [], isMany: key.endsWith('s') })
}

type Values = { from: unknown; to: unknown; inner: readonly string[]; isMany: boolean }

/** Goes down to the texts; `inner` is the way there, shown in brackets. */
function changesOfValue(noun: string, { from, to, inner, isMany }: Values): ChangedPart[] {
  if (isDeepStrictEqual(from, to)) return []
  if (isRecord(from) && isRecord(to)) {
    return unionOf(Object.keys(to), Object.keys(from)).flatMap((key) =>
      changesOfValue(noun, { from: from[key], to: to[key], inner: [...inner, inWords(key)], isMany }),
    )
  }
  const part = inner.length > 0 ? `${noun} (${inner.join(', ')})` : noun
  if (from === undefined) return [{ part, isMany, change: 'new', value: to }]
  if (to === undefined) return [{ part, isMany, change: 'gone', value: from }]
  return [{ part, isMany, change: 'other', from, to }]
}

type Lists = { before: unknown[]; after: unknown[]; nameOf: (value: unknown) => string }

function changesOfList(noun: string, { before, after, nameOf }: Lists): ChangedPart[] {
  const from = new Map(before.map((value) => [nameOf(value), value]))
  const to = new Map(after.map((value) => [nameOf(value), value]))
  const changes = unionOf([...to.keys()], [...from.keys()]).flatMap((name): ChangedPart[] => {
    const [old, now] = [from.get(name), to.get(name)]
    // The name says it all.
    if (old === undefined) return [{ part: name, isMany: false, change: 'new', value: restOf(now) }]
    if (now === undefined) return [{ part: name, isMany: false, change: 'gone', value: undefined }]
    return changesOfValue(name, { from: old, to: now, inner: [], isMany: false })
  })
  if (changes.length > 0) return changes
  return [{ part: `the order of the ${noun}`, isMany: true, change: 'order' }]
}

function nameOfEntry(
  noun: string,
  value: unknown,
  entry: { key: string; isQuoted: boolean } | undefined,
): string {
  if (!entry) return `${noun} ${JSON.stringify(value)}`
  const name = toRecord(value)[entry.key]
  return `${noun} ${entry.isQuoted ? JSON.stringify(name) : String(name)}`
}

/** What a new entry says besides its name: its text in English, as far as it has one. */
function restOf(value: unknown): unknown {
  const { text, description } = toRecord(value)
  return toRecord(text).en ?? description
}

const inWords = (key: string) => key.replaceAll('_', ' ')
const singular = (words: string) => words.replace(/s$/, '')
const unionOf = (...lists: string[][]) => [...new Set(lists.flat())]

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const toRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})
