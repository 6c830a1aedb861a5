import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { scalarFault } from './text-faults.ts'

/** Tabs, byte order marks, marks between documents, blocks with a depth or "+": the two parsers differ over some of these. */
const UNUSUAL = /[\t\u{FEFF}]|^(?:---|\.\.\.)|(?:^| )[|>](?:\+|-?[1-9])/mu
/** Half of what the full parser takes: deeper is for it to judge. */
const MAX_DEPTH = 50
/** What a plain scalar begins with that may be something else than text. */
const NO_LETTER = /^[-+.~\dnNtTfF]/
const NULL = /^(?:~|null|Null|NULL)$/
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/
const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const RARE_NUMBER = /^(?:0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

type Reader = { text: string; events: readonly Event[]; at: number }

/**
 * The value of a YAML text that has nothing wrong with it and nothing that authored files do without, such as anchors and
 * tags. For anything else there is no value, and the full parser decides, which knows where each part stands and costs
 * six times as much. Where both have a value it is the same: that is what the test beside this file is for.
 *
 * It goes by way of JSON, so that no text in it is a cutting from the whole file, with two bytes a character where there is
 * any Korean: everything that is done with those afterwards takes half as long again.
 */
export function readPlainYaml(text: string): unknown {
  const events = UNUSUAL.test(text) ? [] : eventsOf(text)
  const [document] = events
  if (document?.type !== EVENT_ID.DOCUMENT || document.directives.length > 0) return undefined
  const reader = { text, events, at: 1 }
  const json = nodeAsJson(reader)
  // The document is closed and no other follows.
  return json !== undefined && reader.at === events.length - 1 ? JSON.parse(json) : undefined
}

function eventsOf(text: string): Event[] {
  try {
    return parseEvents(text, { maxDepth: MAX_DEPTH })
  } catch {
    return []
  }
}

/** Nothing, here and below, for what the full parser has to see. */
function nodeAsJson(reader: Reader): string | undefined {
  const event = reader.events[reader.at]
  reader.at += 1
  if (event === undefined || !('anchorStart' in event) || isMarked(event)) return undefined
  if (event.type === EVENT_ID.SCALAR) return scalarAsJson(event, reader.text)
  return event.type === EVENT_ID.SEQUENCE ? listAsJson(reader) : mapAsJson(reader)
}

const isMarked = (event: Event) =>
  event.type === EVENT_ID.ALIAS || ('tagStart' in event && (event.anchorStart >= 0 || event.tagStart >= 0))

function listAsJson(reader: Reader): string | undefined {
  const items: string[] = []
  while (!isAtEnd(reader)) {
    const item = nodeAsJson(reader)
    if (item === undefined) return undefined
    items.push(item)
  }
  reader.at += 1
  return `[${items.join(',')}]`
}

function mapAsJson(reader: Reader): string | undefined {
  const keys = new Set<string>()
  const entries: string[] = []
  while (!isAtEnd(reader)) {
    const key = readKey(reader)
    const value = key === undefined || keys.has(key) ? undefined : nodeAsJson(reader)
    if (key === undefined || value === undefined) return undefined
    keys.add(key)
    entries.push(`${JSON.stringify(key)}:${value}`)
  }
  reader.at += 1
  return `{${entries.join(',')}}`
}

const isAtEnd = ({ events, at }: Reader) => events[at]?.type === EVENT_ID.POP

/** As it is written: a key `1` is the text "1". */
function readKey(reader: Reader): string | undefined {
  const event = reader.events[reader.at]
  reader.at += 1
  if (event?.type !== EVENT_ID.SCALAR || isMarked(event)) return undefined
  const key = getScalarValue(reader.text, event)
  return key === '' || key === '__proto__' || scalarFault(key) !== undefined ? undefined : key
}

function scalarAsJson(event: ScalarEvent, source: string): string | undefined {
  const text = getScalarValue(source, event)
  const value = event.style === SCALAR_STYLE.PLAIN ? plainValue(text) : text
  // JSON has no negative nought.
  const isKept = !Object.is(value, -0) && scalarFault(value) === undefined
  return isKept ? JSON.stringify(value) : undefined
}

/** The core schema of YAML 1.2. */
function plainValue(text: string): string | number | boolean | null | undefined {
  if (text === '') return null
  if (!NO_LETTER.test(text)) return text
  if (NUMBER.test(text)) return Number(text)
  if (NULL.test(text)) return null
  if (BOOLEAN.test(text)) return text.toLowerCase() === 'true'
  return RARE_NUMBER.test(text) ? undefined : text
}
