import { z } from 'zod'
import type { JsonSchema } from '#engines/prompt/picoschema.ts'

/** A schema that cannot be read lets everything through: what is wrong with it is named where it is written. */
export function validatorOf(schema: JsonSchema): z.ZodType {
  try {
    return z.fromJSONSchema(schema)
  } catch {
    return z.unknown()
  }
}
