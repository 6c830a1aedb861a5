import { z } from 'zod'

export type Json = Record<string, unknown>

export type Direction = 'input' | 'output'

/** The JSON Schema of a zod schema; what has a name goes into `components` and is referred to. */
export type SchemaOf = (schema: z.ZodType, direction: Direction) => Json

export const createSchemaOf =
  (components: Map<string, Json>): SchemaOf =>
  (schema, io) => {
    const {
      $defs,
      $schema: _,
      ...json
    } = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      // Strict objects refuse unknown keys on the way in; on the way out, fields may be added.
      override: ({ jsonSchema }) => {
        if (io === 'output') delete jsonSchema.additionalProperties
      },
    }) as Json & { $defs?: Record<string, Json> }
    for (const [name, definition] of Object.entries($defs ?? {}))
      components.set(name, relink(definition) as Json)
    const id = (json as { id?: string }).id
    if (!id) return relink(json) as Json
    components.set(id, relink(json) as Json)
    return { $ref: `#/components/schemas/${id}` }
  }

/** Moves references from a schema's own `$defs` to the document's components. */
function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'id' && typeof inner === 'string'))
      .map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string'
          ? inner.replace('#/$defs/', '#/components/schemas/')
          : relink(inner),
      ]),
  )
}
