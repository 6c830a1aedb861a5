import { z } from 'zod'

/** As far as the rules look at it; the schema beside it has the rest. */
type Checked = { type: string; value?: unknown; threshold?: number | undefined; recorded?: string | undefined }

export const withoutNot = (type: string) => type.replace(/^not-/, '')

const TEXT_VALUE = new Set(['contains', 'icontains', 'starts-with', 'levenshtein', 'similar', 'llm-rubric'])
const LIST_VALUE = new Set(['contains-any', 'contains-all', 'icontains-any', 'icontains-all'])
const THRESHOLD_ONLY = new Set(['latency', 'cost', 'turns-used'])

/** What an assertion needs to mean something, and what it must not have. */
export function checkAssertion(assertion: Checked, context: z.RefinementCtx): void {
  for (const { path, message } of [valueFault(assertion), thresholdFault(assertion), recordedFault(assertion)]) {
    if (message !== undefined) context.addIssue({ code: 'custom', path, message })
  }
}

type Fault = { path: string[]; message: string | undefined }

function valueFault({ type, value }: Checked): Fault {
  const plain = withoutNot(type)
  const path = value === undefined ? [] : ['value']
  return { path, message: expectedValue(plain, value) }
}

function expectedValue(type: string, value: unknown): string | undefined {
  if (TEXT_VALUE.has(type)) return isText(value) ? undefined : `${type} needs a text as its value`
  if (LIST_VALUE.has(type)) return isTextList(value) ? undefined : `${type} needs a list of texts as its value`
  if (type === 'regex') return regexFault(value)
  if (type === 'is-json' || type === 'contains-json') return jsonSchemaFault(value)
  if (type === 'equals') return value === undefined ? 'equals needs a value' : undefined
  if (type === 'goals-met' || type === 'corrections-given') {
    return value === 'all' || value === 'any' || isTextList(value) ? undefined : `${type} needs 'all', 'any' or a list`
  }
  return value === undefined ? undefined : `${type} takes a threshold and no value`
}

function thresholdFault({ type, threshold }: Checked): Fault {
  const isNeeded = THRESHOLD_ONLY.has(withoutNot(type)) && threshold === undefined
  const message = isNeeded ? `${type} needs a threshold` : undefined
  if (threshold === undefined || threshold >= 0) return { path: [], message }
  return { path: ['threshold'], message: 'must not be below 0' }
}

const recordedFault = ({ type, recorded }: Checked): Fault => ({
  path: ['recorded'],
  message:
    recorded === undefined || withoutNot(type) === 'llm-rubric' ? undefined : 'only an llm-rubric is answered by a grader',
})

const isText = (value: unknown) => (typeof value === 'string' && value !== '') || typeof value === 'number'
const isTextList = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isText)

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
