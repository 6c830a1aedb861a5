import { z } from 'zod'
import { AppError, type FieldFault } from '#base/errors.ts'
import { isStorable, NOT_STORABLE } from './fields.ts'

/** A body with 100,000 wrong fields must not become an answer of megabytes. */
const MAX_FAULTS = 20
const MAX_MESSAGE_LENGTH = 200

/** Throws `request.invalid` with the path of each field that is wrong. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw requestInvalid(parsed.error.issues.slice(0, MAX_FAULTS).map(toFault))
}

export const requestInvalid = (faults: FieldFault[]) =>
  new AppError('invalid', 'request.invalid', faults.map(describe).join('; ') || 'The request is not valid', {
    faults,
  })

const toFault = (issue: z.core.$ZodIssue): FieldFault => ({
  path: issue.path.map(String).join('.'),
  message: issue.message.slice(0, MAX_MESSAGE_LENGTH),
})

const describe = ({ path, message }: FieldFault) => (path ? `${path}: ${message}` : message)

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Words of a person: 1 to `maxCharacters` code points, with something to see in them, and storable. */
export function personText(maxCharacters: number) {
  return z
    .string()
    .refine(isStorable, { error: NOT_STORABLE, abort: true })
    .refine((text) => VISIBLE.test(text), { error: 'Must not be empty', abort: true })
    .refine((text) => [...text].length <= maxCharacters, `Must be at most ${maxCharacters} characters`)
    .meta({ minLength: 1, maxLength: maxCharacters })
}
