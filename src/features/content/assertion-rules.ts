import { z } from 'zod'

/** As far as the rules look at it; the schema beside it has the rest. */
type Checked = {
  type: string
  value?: unknown
  threshold?: number | undefined
  recorded?: string | undefined
}

export const withoutNot = (type: string) => type.replace(/^not-/, '')

/** Their threshold is compared with a score from 0 to 1: a higher one could never be reached. */
const SHARES = new Set(['similar', 'llm-rubric'])
const THRESHOLD_ONLY = new Set(['latency', 'cost', 'turns-used'])

/** What an assertion needs to mean something, and what it must not have. */
export function checkAssertion(assertion: Checked, context: z.RefinementCtx): void {
  for (const { path, message } of [
    valueFault(assertion),
    thresholdFault(assertion),
    recordedFault(assertion),
  ]) {
    if (message !== undefined) context.addIssue({ code: 'custom', path, message })
  }
}

type Fault = { path: string[]; message: string | undefined }

function valueFault({ type, value }: Checked): Fault {
  const plain = withoutNot(type)
  const path = value === undefined ? [] : ['value']
  return { path, message: VALUE_RULES[plain]?.(plain, value) }
}

type ValueRule = (type: string, value: unknown) => string | undefined

const needs =
  (isMet: (value: unknown) => boolean, what: string): ValueRule =>
  (type, value) =>
    isMet(value) ? undefined : `${type} needs ${what}`

const needsText = needs(isText, 'a text as its value')
const needsTexts = needs(isTextList, 'a list of texts as its value')
const needsNames = needs(
  (value) => value === 'all' || value === 'any' || isTextList(value),
  "'all', 'any' or a list",
)
const needsNothing = needs((value) => value === undefined, 'a threshold and no value')

const VALUE_RULES: Record<string, ValueRule> = {
  equals: needs((value) => value !== undefined, 'a value'),
  contains: needsText,
  icontains: needsText,
  'starts-with': needsText,
  levenshtein: needsText,
  similar: needs((value) => isText(value) || isTextList(value), 'a text, or a list of texts, as its value'),
  'llm-rubric': needsText,
  'contains-any': needsTexts,
  'contains-all': needsTexts,
  'icontains-any': needsTexts,
  'icontains-all': needsTexts,
  regex: (_type, value) => regexFault(value),
  'is-json': (_type, value) => jsonSchemaFault(value),
  'contains-json': (_type, value) => jsonSchemaFault(value),
  'goals-met': needsNames,
  'corrections-given': needsNames,
  latency: needsNothing,
  cost: needsNothing,
  'turns-used': needsNothing,
}

function thresholdFault({ type, threshold }: Checked): Fault {
  const isNeeded = THRESHOLD_ONLY.has(withoutNot(type)) && threshold === undefined
  const message = isNeeded ? `${type} needs a threshold` : undefined
  if (threshold === undefined) return { path: [], message }
  if (threshold < 0) return { path: ['threshold'], message: 'must not be below 0' }
  const isTooMuch = SHARES.has(withoutNot(type)) && threshold > 1
  return isTooMuch ? { path: ['threshold'], message: 'must not be above 1' } : { path: [], message }
}

const recordedFault = ({ type, recorded }: Checked): Fault => ({
  path: ['recorded'],
  message:
    recorded === undefined || withoutNot(type) === 'llm-rubric'
      ? undefined
      : 'only an llm-rubric is answered by a grader',
})

function isText(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText)
}

function regexFault(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return 'regex needs a regular expression as its value'
  try {
    new RegExp(value, 'u')
    return undefined
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** A schema that could not be checked must not pass as one that holds. */
function jsonSchemaFault(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return readJsonSchema(value) ? undefined : 'is no JSON Schema that can be checked'
}

const JsonObject = z.record(z.string(), z.json())

export function readJsonSchema(value: unknown): z.ZodType | undefined {
  const parsed = JsonObject.safeParse(value)
  if (!parsed.success) return undefined
  try {
    return z.fromJSONSchema(parsed.data)
  } catch {
    return undefined
  }
}
