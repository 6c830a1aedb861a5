import type { z } from 'zod'

/** A schema of a string somewhere inside another schema. */
export type StringLeaf = { path: string; schema: z.core.$ZodType }

/** Every string that a request may hold by this schema, keys of records included. */
export function stringLeaves(schema: z.core.$ZodType, path = ''): StringLeaf[] {
  const def = schema._zod.def as z.core.$ZodTypes['_zod']['def']
  const below = (inner: z.core.$ZodType, name = '') => stringLeaves(inner, name ? `${path}.${name}` : path)
  switch (def.type) {
    case 'string':
      return [{ path, schema }]
    case 'object':
      return Object.entries(def.shape).flatMap(([name, inner]) => below(inner, name))
    case 'array':
      return below(def.element, '[]')
    case 'union':
      return def.options.flatMap((option) => below(option))
    case 'record':
      return [...below(def.keyType, '{key}'), ...below(def.valueType, '{}')]
    case 'pipe':
      return below(def.in)
    case 'lazy':
      return []
    default:
      return 'innerType' in def ? below(def.innerType as z.core.$ZodType) : []
  }
}
