import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml'
import { scalarFault } from './text-faults.ts'

/** Tabs, byte order marks and marks between documents: the two parsers differ over some of these. */
const UNUSUAL = ['\t', '\u{FEFF}', '\n---', '\n...']
/** As those: a block with its depth in digits, or with "+". */
const UNUSUAL_BLOCK = /(?:^| )[|>](?:\+|-?[1-9])/m
/** Half of what the full parser takes: deeper is for it to judge. */
const MAX_DEPTH = 50
/** What a plain scalar begins with that may be something else than text. */
const NO_LETTER = /^[-+.~\dnNtTfF]/
const NULL = /^(?:~|null|Null|NULL)$/
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/
const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
/** Anything but a blank, and what stands behind it without \" and \\. */
const ESCAPED = /[^ !#-[\]-\uFFFF]/
const RARE_NUMBER = /^(?:0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

/** `json` grows by what was read. */
type Reader = { text: string; events: readonly Event[]; at: number; json: string[] }

/**
 * The value of a YAML text that has nothing wrong with it and nothing that authored files do without, such as anchors and
 * tags. For anything else there is no value, and the full parser decides, which knows where each part stands and costs
 * five times as much. Where both have a value it is the same: that is what the test beside this file is for.
 *
 * It goes by way of JSON, so that no text in it is a cutting from the whole file, with two bytes a character where there is
 * any Korean: everything that is done with those afterwards takes half as long again.
 */
export function readPlainYaml(text: string): unknown {
  const events = isUnusual(text) ? [] : eventsOf(text)
  const [document] = events
  if (document?.type !== EVENT_ID.DOCUMENT || document.directives.length > 0) return undefined
  const reader = { text, events, at: 1, json: [] }
  // The document is closed and no other follows.
  return readNode(reader) && reader.at === events.length - 1 ? JSON.parse(reader.json.join('')) : undefined
}

const isUnusual = (text: string) =>
  UNUSUAL.some((mark) => text.includes(mark)) || /^(?:---|\.\.\.)/.test(text) || UNUSUAL_BLOCK.test(text)

/** None for a text that is no YAML. Of characters that are no text the parser takes none either, but for escapes. */
function eventsOf(text: string): Event[] {
  try {
    return parseEvents(text, { maxDepth: MAX_DEPTH })
  } catch {
    return []
  }
}

/** Here and below: false for what the full parser has to see. */
function readNode(reader: Reader): boolean {
  const event = reader.events[reader.at]
  reader.at += 1
  if (event === undefined || !('anchorStart' in event) || isMarked(event)) return false
  if (event.type === EVENT_ID.SCALAR) return readScalar(reader, event)
  return event.type === EVENT_ID.MAPPING ? readMap(reader, event) : readList(reader)
}

const isMarked = (event: Event) =>
  event.type === EVENT_ID.ALIAS || ('tagStart' in event && (event.anchorStart >= 0 || event.tagStart >= 0))

function readList(reader: Reader): boolean {
  let before = '['
  while (!isAtEnd(reader)) {
    reader.json.push(before)
    before = ','
    if (!readNode(reader)) return false
  }
  return close(reader, before === '[' ? '[]' : ']')
}

function readMap(reader: Reader, { style }: MappingEvent): boolean {
  const keys = new Set<string>()
  while (!isAtEnd(reader)) {
    const isFirst = keys.size === 0
    const key = readKey(reader, isFirst || style === COLLECTION_STYLE.FLOW)
    if (key === undefined || keys.has(key)) return false
    keys.add(key)
    reader.json.push(isFirst ? '{' : ',', asJson(key), ':')
    if (!readNode(reader)) return false
  }
  return close(reader, keys.size === 0 ? '{}' : '}')
}

const isAtEnd = ({ events, at }: Reader) => events[at]?.type === EVENT_ID.POP

function close(reader: Reader, end: string): true {
  reader.at += 1
  reader.json.push(end)
  return true
}

/** As it is written: a key `1` is the text "1". Unless it `isFree` it must stand first in its line. */
function readKey(reader: Reader, isFree: boolean): string | undefined {
  const event = reader.events[reader.at]
  reader.at += 1
  if (event?.type !== EVENT_ID.SCALAR || isMarked(event)) return undefined
  // In `- "one" key: two` the parser does not miss the line end.
  if (!isFree && !isFirstInLine(reader.text, event)) return undefined
  const key = getScalarValue(reader.text, event)
  return key === '' || key === '__proto__' || !isKept(key, event) ? undefined : key
}

function isFirstInLine(text: string, { valueStart, style }: ScalarEvent): boolean {
  const start = style === SCALAR_STYLE.PLAIN ? valueStart : valueStart - 1
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  return text.slice(lineStart, start).trimStart() === ''
}

function readScalar({ text: source, json }: Reader, event: ScalarEvent): boolean {
  const text = getScalarValue(source, event)
  const value = event.style === SCALAR_STYLE.PLAIN ? plainValue(text) : text
  if (value === undefined || !isKept(value, event)) return false
  json.push(typeof value === 'string' ? asJson(value) : String(value))
  return true
}

/** Only what has a character that JSON must escape goes the long way. */
const asJson = (text: string) => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`)

/** JSON has no negative nought, and what is no text comes in only by an escape. */
const isKept = (value: unknown, { fast }: ScalarEvent) =>
  (fast && typeof value === 'string') || (!Object.is(value, -0) && scalarFault(value) === undefined)

/** The core schema of YAML 1.2. */
function plainValue(text: string): string | number | boolean | null | undefined {
  if (text === '') return null
  if (!NO_LETTER.test(text)) return text
  if (NUMBER.test(text)) return Number(text)
  if (NULL.test(text)) return null
  if (BOOLEAN.test(text)) return text.toLowerCase() === 'true'
  return RARE_NUMBER.test(text) ? undefined : text
}
