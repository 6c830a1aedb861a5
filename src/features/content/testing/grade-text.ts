import { isDeepStrictEqual } from 'node:util'
import { levenshtein } from '#base/levenshtein.ts'
import { readJsonSchema } from '../assertion-rules.ts'
import { fail, type Grade, graded, pass, quote } from './grade.ts'
import { findJson, type Json, parseJson } from './json.ts'

export type TextExpectation = { value: Json | undefined; threshold: number | undefined }

/** Promptfoo's default: more edits than these are another text. */
const LEVENSHTEIN_THRESHOLD = 5

type GradeText = (text: string, expected: TextExpectation) => Grade

/** Whether a text is what an assertion of this name expects, as promptfoo means it. */
export const TEXT_GRADES: Record<string, GradeText> = {
  equals: (text, { value }) => graded(isEqual(text, value), `${quote(text)} equals ${quote(value ?? '')}`),
  contains: (text, { value }) => hasAll(text, [value]),
  icontains: (text, { value }) => hasAll(lower(text), [value].map(lowerText)),
  'contains-any': (text, { value }) => hasAny(text, listOf(value)),
  'contains-all': (text, { value }) => hasAll(text, listOf(value)),
  'icontains-any': (text, { value }) => hasAny(lower(text), listOf(value).map(lowerText)),
  'icontains-all': (text, { value }) => hasAll(lower(text), listOf(value).map(lowerText)),
  'starts-with': (text, { value }) =>
    graded(text.startsWith(asText(value)), `${quote(text)} starts with ${quote(asText(value))}`),
  regex: (text, { value }) =>
    graded(new RegExp(asText(value), 'u').test(text), `${quote(text)} matches /${asText(value)}/`),
  'is-json': (text, { value }) => {
    const json = parseJson(text.trim())
    return json === undefined ? fail(`${quote(text)} is no JSON`) : fitsSchema([json], value)
  },
  'contains-json': (text, { value }) => {
    const found = findJson(text)
    return found.length === 0 ? fail(`${quote(text)} holds no JSON`) : fitsSchema(found, value)
  },
  levenshtein: (text, { value, threshold = LEVENSHTEIN_THRESHOLD }) => {
    const distance = levenshtein(text, asText(value))
    const found = `${distance} edits from ${quote(asText(value))}, ${threshold} allowed`
    return distance <= threshold ? pass(found) : fail(found)
  },
}

const asText = (value: Json | undefined) =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const lower = (text: string) => text.toLowerCase()
const lowerText = (value: Json | undefined) => lower(asText(value))

function hasAll(text: string, values: (Json | undefined)[]): Grade {
  const missing = values.map(asText).filter((value) => !text.includes(value))
  if (missing.length > 0) return fail(`${quote(text)} lacks ${missing.map(quote).join(', ')}`)
  return pass(`${quote(text)} has ${values.map((value) => quote(asText(value))).join(', ')}`)
}

function hasAny(text: string, values: Json[]): Grade {
  const found = values.map(asText).find((value) => text.includes(value))
  if (found !== undefined) return pass(`${quote(text)} has ${quote(found)}`)
  return fail(`${quote(text)} has none of ${values.map((value) => quote(asText(value))).join(', ')}`)
}

/** A text, or the same JSON whatever its blanks and the order of its keys. */
function isEqual(text: string, value: Json | undefined): boolean {
  if (typeof value === 'string') return text === value
  return isDeepStrictEqual(parseJson(text.trim()), value)
}

function fitsSchema(found: Json[], schema: Json | undefined): Grade {
  if (schema === undefined) return pass('is JSON')
  const checked = readJsonSchema(schema)
  if (!checked) return { status: 'ERROR', score: null, reason: 'its JSON Schema cannot be checked' }
  const [first, ...others] = found.map((json) => checked.safeParse(json))
  if (!first || [first, ...others].some(({ success }) => success)) return pass('fits its JSON Schema')
  const issues = first.error?.issues ?? []
  const faults = issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`)
  return fail(`does not fit its JSON Schema: ${faults.join('; ')}`)
}
