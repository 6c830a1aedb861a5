import { z } from 'zod'
import { scalarFault } from '#platform/authored/text-faults.ts'

export type Json = z.infer<ReturnType<typeof z.json>>

/** Marks what is kept as JSON text, since an authored file or the database could not hold it as it is. */
const AS_TEXT = '$json'
/** Deeper than any card, and far from where a recursion ends. */
const MAX_DEPTH = 64

/** Whether every object and list in it can be walked through without fear. */
export function isDeeperThanKept(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
    if (level.length === 0) return false
  }
  return true
}

/** The same value as an authored file can hold it; `fromKept` gives back exactly what it was. */
export function toKept(value: Json): Json {
  if (Array.isArray(value)) return value.map(toKept)
  if (typeof value !== 'object' || value === null) return scalarFault(value) ? asText(value) : value
  const entries = Object.entries(value)
  const isPlain = entries.every(([key]) => key !== '' && key !== '__proto__' && !scalarFault(key))
  if (!isPlain || AS_TEXT in value) return asText(value)
  return Object.fromEntries(entries.map(([key, item]) => [key, toKept(item)]))
}

export function fromKept(value: Json): Json {
  if (Array.isArray(value)) return value.map(fromKept)
  if (typeof value !== 'object' || value === null) return value
  const text = value[AS_TEXT]
  if (typeof text === 'string' && Object.keys(value).length === 1) return z.json().parse(JSON.parse(text))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromKept(item)]))
}

/** `JSON.stringify` escapes all that is no text, but for U+007F. */
const asText = (value: Json): Json => ({ [AS_TEXT]: JSON.stringify(value).replaceAll('\u007f', '\\u007f') })
