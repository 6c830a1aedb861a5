import type { Json } from './json.ts'

const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g

export type Filled = { value: Json | undefined; missing: string[] }

/** An expected value with the test's variables filled in; what nobody fills is named, not left standing. */
export function fillValue(value: Json | undefined, variables: Readonly<Record<string, string>>): Filled {
  const missing: string[] = []
  const given = new Map(Object.entries(variables))
  const fillText = (text: string) =>
    text.replace(PLACEHOLDER, (placeholder, name: string) => {
      const filled = given.get(name)
      if (filled === undefined) missing.push(name)
      return filled ?? placeholder
    })
  const fill = (json: Json): Json => {
    if (typeof json === 'string') return fillText(json)
    if (Array.isArray(json)) return json.map(fill)
    if (json === null || typeof json !== 'object') return json
    return Object.fromEntries(Object.entries(json).map(([key, inner]) => [key, fill(inner)]))
  }
  return { value: value === undefined ? undefined : fill(value), missing }
}
