const DOUBLE_QUOTED = /^"(?:[^"\\]|\\["\\/nt])*"$/
const SINGLE_QUOTED = /^'(?:[^']|'')*'$/
/**
 * Begins with a letter or a parenthesis, so it is no number and has no indicator in front. Korean behind digits or a tilde
 * ("1루", "~ 뒤에") makes neither a number nor a null of them.
 */
const PLAIN_TEXT = /^(?:[\p{L}(]|(?:\d+|~ ?)\p{Script=Hangul})/u
/** What ends a plain scalar or turns it into something else. */
const NOT_PLAIN = /: | #|:$/
const CONSTANT = /^(?:null|true|false)$/i
const NUMBER = /^(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?$/
const FLOW_ENTRY =
  /(?:([A-Za-z_][\w-]*): +)?("(?:[^"\\]|\\["\\/nt])*"|'(?:[^']|'')*'|[\p{L}\d(~][^,[\]{}:#"]*?) *(?:, +|$)/uy

/** The value of a scalar or a flat `{ … }` or `[ … ]` on one line; nothing when it is of a less common kind. */
export function everydayValue(text: string): unknown {
  if (text.startsWith('{') && text.endsWith('}')) return flowMap(insideOf(text))
  if (text.startsWith('[') && text.endsWith(']')) return flowList(insideOf(text))
  return everydayScalar(text)
}

/** Only the space character is blank to YAML; `trim` would take a no-break space along. */
const insideOf = (text: string) => text.slice(1, -1).replace(/^ +| +$/g, '')

function everydayScalar(text: string): string | number | boolean | undefined {
  if (DOUBLE_QUOTED.test(text)) return String(JSON.parse(text))
  if (SINGLE_QUOTED.test(text)) return text.slice(1, -1).replaceAll("''", "'")
  if (NUMBER.test(text)) return Number(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return PLAIN_TEXT.test(text) && !NOT_PLAIN.test(text) && !CONSTANT.test(text) ? text : undefined
}

function flowList(inner: string): unknown[] | undefined {
  const entries = flowEntries(inner)
  return entries?.every(({ key }) => key === undefined) ? entries.map(({ value }) => value) : undefined
}

function flowMap(inner: string): Record<string, unknown> | undefined {
  const map = new Map<string, unknown>()
  for (const { key, value } of flowEntries(inner) ?? [{ key: undefined, value: undefined }]) {
    if (key === undefined || key === '__proto__' || map.has(key)) return undefined
    map.set(key, value)
  }
  return Object.fromEntries(map)
}

function flowEntries(inner: string): { key: string | undefined; value: unknown }[] | undefined {
  const entries: { key: string | undefined; value: unknown }[] = []
  for (let offset = 0; offset < inner.length; offset = FLOW_ENTRY.lastIndex) {
    FLOW_ENTRY.lastIndex = offset
    const found = FLOW_ENTRY.exec(inner)
    const value = found?.[2] === undefined ? undefined : everydayScalar(found[2])
    if (value === undefined) return undefined
    entries.push({ key: found?.[1], value })
  }
  return entries
}
