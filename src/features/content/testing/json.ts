export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** `undefined` when the text is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** More beginnings than that are not worth a try. */
const MAX_BEGINNINGS = 200

/** Every object or list that stands whole in the text, the outer ones only. */
export function findJson(text: string): Json[] {
  const found: Json[] = []
  let tried = 0
  for (let at = nextBeginning(text, 0); at >= 0 && tried < MAX_BEGINNINGS; tried += 1) {
    const end = endOfJson(text, at)
    const value = end === undefined ? undefined : parseJson(text.slice(at, end))
    if (value !== undefined) found.push(value)
    at = nextBeginning(text, value === undefined ? at + 1 : (end ?? at + 1))
  }
  return found
}

function nextBeginning(text: string, from: number): number {
  const at = text.slice(from).search(/[[{]/)
  return at < 0 ? -1 : from + at
}

/** Past the bracket that closes the one at `start`; brackets inside of strings are text. */
function endOfJson(text: string, start: number): number | undefined {
  let depth = 0
  for (const { 0: piece, index } of text.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (piece === '[' || piece === '{') depth += 1
    if (piece === ']' || piece === '}') depth -= 1
    if (depth === 0) return start + index + 1
  }
  return undefined
}
