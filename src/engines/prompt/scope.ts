import { isRecord, type JsonSchema } from './picoschema.ts'
import type { TemplatePath } from './template-node.ts'

/** What names mean at one place of a template. */
export type Scope = {
  schema: JsonSchema | undefined
  /** The variable that this is a part of; nothing outside of every {{#each}}. */
  variable: string | undefined
  outer: Scope | undefined
}

/** `schema` is absent where it is not known what the value looks like. */
export type Resolved = { schema: JsonSchema | undefined; variable: string | undefined }

const LOOP_DATA = ['index', 'key', 'first', 'last']

/** What a name stands for, or nothing where it is not declared. */
export function resolvePath(path: TemplatePath, scope: Scope): Resolved | undefined {
  const start = path.isData ? dataScope(path, scope) : climb(scope, path.up)
  if (!start) return undefined
  const parts = path.isData ? path.parts.slice(1) : path.parts
  return parts.reduce<Resolved | undefined>((resolved, part) => resolved && step(resolved, part), start)
}

/** What {{#each}} goes over, seen from inside. */
export function innerScope({ schema, variable }: Resolved, outer: Scope): Scope {
  const values = isRecord(schema?.items) ? schema.items : schema?.additionalProperties
  return { schema: isRecord(values) ? values : undefined, variable, outer }
}

export const isPrintable = (schema: JsonSchema | undefined) => {
  const types = [schema?.type ?? []].flat()
  return !(types.includes('array') || types.includes('object'))
}

function dataScope({ parts: [name = ''] }: TemplatePath, scope: Scope): Resolved | undefined {
  if (name === 'root') return climb(scope, Number.POSITIVE_INFINITY)
  const isKnown = LOOP_DATA.includes(name) && scope.outer !== undefined
  return isKnown ? { schema: { type: 'string' }, variable: undefined } : undefined
}

/** `Infinity` steps lead to the outermost scope. */
function climb(scope: Scope, steps: number): Scope | undefined {
  if (steps === 0) return scope
  if (scope.outer) return climb(scope.outer, steps - 1)
  return steps === Number.POSITIVE_INFINITY ? scope : undefined
}

function step({ schema, variable }: Resolved, part: string): Resolved | undefined {
  const isOutermost = variable === undefined
  if (schema === undefined) return { schema, variable: isOutermost ? part : variable }
  const own = isRecord(schema.properties) ? schema.properties : {}
  const property = Object.hasOwn(own, part) ? own[part] : schema.additionalProperties
  if (!isRecord(property))
    return isOpen(schema) ? { schema: undefined, variable: variable ?? part } : undefined
  return { schema: property, variable: variable ?? part }
}

/** A schema that says nothing of its properties may have any. */
const isOpen = ({ type, properties, additionalProperties }: JsonSchema) =>
  properties === undefined && additionalProperties === undefined && (type === undefined || type === 'object')
