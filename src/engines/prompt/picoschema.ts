export type JsonSchema = Record<string, unknown>

/** `path` leads into the schema as it is written. */
export type SchemaFault = { path: string[]; message: string }

const SCALARS = ['string', 'boolean', 'null', 'number', 'integer', 'any']
const JSON_TYPES = ['string', 'boolean', 'null', 'number', 'integer', 'object', 'array']
const WILDCARD = '(*)'
const KEY = /^([A-Za-z_]\w*)(\?)?(?:\((array|object|enum)(?:, *(.*))?\))?$/

type Reader = { faults: SchemaFault[]; path: string[] }

/**
 * JSON Schema of what an author wrote: Picoschema (`name?(array, what it is): string`), Dotprompt's short form, or JSON
 * Schema itself, which is told by a `type` or `properties` of its own.
 */
export function toJsonSchema(written: unknown): { schema: JsonSchema; faults: SchemaFault[] } {
  const reader: Reader = { faults: [], path: [] }
  return { schema: readSchema(written, reader), faults: reader.faults }
}

function readSchema(written: unknown, reader: Reader): JsonSchema {
  if (typeof written === 'string') return readScalar(written, reader)
  if (!isRecord(written)) return refuse(reader, 'must be a type, or a set of names with their types')
  if (typeof written.type === 'string' && JSON_TYPES.includes(written.type)) return written
  if (isRecord(written.properties)) return { type: 'object', ...written }
  return readObject(written, reader)
}

/** `integer, how many`. */
function readScalar(written: string, reader: Reader): JsonSchema {
  const comma = written.indexOf(',')
  const type = (comma < 0 ? written : written.slice(0, comma)).trim()
  const described = describedBy(comma < 0 ? '' : written.slice(comma + 1))
  if (!SCALARS.includes(type)) return refuse(reader, `'${type}' is no type: ${SCALARS.join(', ')}`)
  return type === 'any' ? described : { type, ...described }
}

function readObject(written: Record<string, unknown>, reader: Reader): JsonSchema {
  const { [WILDCARD]: others, ...named } = written
  const properties = new Map<string, JsonSchema>()
  const required: string[] = []
  for (const [key, value] of Object.entries(named)) {
    const inner = { faults: reader.faults, path: [...reader.path, key] }
    const [, name, optional, kind, description = ''] = KEY.exec(key) ?? []
    if (name === undefined || properties.has(name)) {
      refuse(inner, keyMessage(name))
      continue
    }
    const schema = readProperty(value, kind, inner)
    properties.set(name, { ...(optional ? orNull(schema) : schema), ...describedBy(description) })
    if (!optional) required.push(name)
  }
  const additionalProperties =
    others === undefined ? false : readSchema(others, { ...reader, path: [...reader.path, WILDCARD] })
  return { type: 'object', properties: Object.fromEntries(properties), required, additionalProperties }
}

const keyMessage = (name: string | undefined) =>
  name === undefined
    ? "is no name, nor a name like 'tags?(array, what they are)'"
    : `'${name}' is given twice`

function readProperty(value: unknown, kind: string | undefined, reader: Reader): JsonSchema {
  if (kind === 'array') return { type: 'array', items: readSchema(value, reader) }
  if (kind !== 'enum') return readSchema(value, reader)
  return Array.isArray(value) ? { enum: value } : refuse(reader, 'must be a list of the values it may have')
}

/** What may be left out may also be given as null. */
function orNull(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema.enum)) return { ...schema, enum: [...schema.enum, null] }
  return typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : schema
}

const describedBy = (text: string): JsonSchema => (text.trim() === '' ? {} : { description: text.trim() })

function refuse({ faults, path }: Reader, message: string): JsonSchema {
  faults.push({ path, message })
  return {}
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
