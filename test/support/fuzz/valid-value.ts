import type { Schema } from './read-calls.ts'

/** Ids and names that exist, by the name of the field that holds them. */
export type World = Record<string, string>

const NO_ID = '01990000-0000-7000-8000-00000000dead'

/** A value that the schema accepts; ids are those of the world where it has them. */
export function validValue(schema: Schema, { name, world }: { name: string; world: World }): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const [alternative] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []
  if (alternative) return validValue(alternative, { name, world })
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return validObject(schema, world)
    case 'array':
      return []
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    case 'boolean':
      return true
    case 'string':
      return world[name] ?? validString(schema)
    default:
      return world[name] ?? 'Hello'
  }
}

function validObject({ properties = {}, required = [] }: Schema, world: World): Record<string, unknown> {
  const needed = Object.entries(properties).filter(([name]) => required.includes(name) || world[name])
  return Object.fromEntries(needed.map(([name, schema]) => [name, validValue(schema, { name, world })]))
}

function validString({ format }: Schema): string {
  if (format === 'uuid') return NO_ID
  if (format === 'date') return '2026-11-21'
  return 'Hello'
}
