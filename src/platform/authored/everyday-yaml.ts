import { everydayValue } from './everyday-scalars.ts'

const ENTRY = /^([A-Za-z_][\w-]*):(?: +(.*))?$/
const LIST_ITEM = /^-( +)(.*)$/
/** Tabs, and spaces at the end of a line. */
const UNUSUAL_SPACE = /\t| $/m

type Line = { indent: number; text: string }
type Reader = { lines: Line[]; at: number; isUnusual: boolean }

/**
 * The value of a YAML text that uses only what authored files are mostly made of: block maps and lists, quoted
 * and plain scalars on one line, folded text (`>-`), flat flow collections, comments on lines of their own.
 * For anything else, right or wrong, nothing is returned and the full parser decides. On such text it is some
 * thirty times as fast, which is what lets a thousand files be checked while the author waits; that both
 * agree is what the test beside this file is for.
 */
export function readEverydayYaml(text: string): Record<string, unknown> | undefined {
  if (UNUSUAL_SPACE.test(text)) return undefined
  const lines = text.split('\n').map((line) => {
    const indent = line.search(/[^ ]|$/)
    return { indent, text: line.slice(indent) }
  })
  const reader: Reader = { lines, at: 0, isUnusual: false }
  if (!currentLine(reader)) return undefined
  const value = readMap(reader, 0)
  return reader.isUnusual || currentLine(reader) ? undefined : value
}

/** The line to read next, comments and empty lines skipped. */
function currentLine(reader: Reader): Line | undefined {
  for (; reader.at < reader.lines.length; reader.at += 1) {
    const line = reader.lines[reader.at]
    if (line && line.text !== '' && !line.text.startsWith('#')) return line
  }
  return undefined
}

function readMap(reader: Reader, indent: number): Record<string, unknown> {
  const map = new Map<string, unknown>()
  for (let line = currentLine(reader); line && line.indent >= indent; line = currentLine(reader)) {
    const [, key, rest] = ENTRY.exec(line.text) ?? []
    if (key === undefined || key === '__proto__' || map.has(key) || line.indent > indent)
      return giveUp(reader, {})
    reader.at += 1
    map.set(key, readValue(reader, rest, indent))
    if (reader.isUnusual) return {}
  }
  return Object.fromEntries(map)
}

function readList(reader: Reader, indent: number): unknown[] {
  const list: unknown[] = []
  for (let line = currentLine(reader); line && line.indent >= indent; line = currentLine(reader)) {
    const [, space = '', rest = ''] = LIST_ITEM.exec(line.text) ?? []
    if (rest === '' || line.indent > indent) return giveUp(reader, [])
    list.push(readItem(reader, rest, { indent, itemIndent: indent + 1 + space.length }))
    if (reader.isUnusual) return []
  }
  return list
}

function readItem(
  reader: Reader,
  rest: string,
  { indent, itemIndent }: { indent: number; itemIndent: number },
): unknown {
  if (ENTRY.test(rest)) {
    // `- key: …` opens a map that is indented as far as its first key.
    reader.lines[reader.at] = { indent: itemIndent, text: rest }
    return readMap(reader, itemIndent)
  }
  reader.at += 1
  return readValue(reader, rest, indent)
}

/** What follows a key or a dash; `indent` is the one of the collection it stands in. */
function readValue(reader: Reader, rest: string | undefined, indent: number): unknown {
  if (rest === '>-') return readFolded(reader, indent)
  const next = currentLine(reader)
  const isNested = next !== undefined && next.indent > indent
  if (rest === undefined) {
    if (!isNested) return giveUp(reader, undefined)
    return next.text.startsWith('- ') ? readList(reader, next.indent) : readMap(reader, next.indent)
  }
  // A deeper line would continue the scalar.
  const value = isNested ? undefined : everydayValue(rest)
  return value === undefined ? giveUp(reader, undefined) : value
}

/** Lines of one indentation, joined by spaces. Empty lines may only follow the last one. */
function readFolded(reader: Reader, indent: number): string {
  const rest = reader.lines.slice(reader.at)
  const contentIndent = rest[0]?.indent ?? 0
  const end = rest.findIndex((line) => line.text === '' || line.indent !== contentIndent)
  const parts = rest.slice(0, end).map(({ text }) => text)
  // Inside the scalar a # is text, and a deeper line keeps its line end.
  const next = rest.slice(end).find(({ text }) => text !== '')
  const isPlainParagraph = contentIndent > indent && !parts.some((part) => part.startsWith('#'))
  if (end < 1 || !isPlainParagraph || (next && next.indent > indent)) return giveUp(reader, '')
  reader.at += end
  return parts.join(' ')
}

function giveUp<Value>(reader: Reader, value: Value): Value {
  reader.isUnusual = true
  return value
}
