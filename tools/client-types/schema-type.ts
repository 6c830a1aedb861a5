/** JSON Schema as TypeScript, for what `toOpenApi` makes of zod schemas. What it does not know becomes `unknown`. */
export type JsonSchema = { [key: string]: unknown }

const SCALARS: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function typeOf(schema: unknown): string {
  if (!isSchema(schema)) return 'unknown'
  if (typeof schema.$ref === 'string') return nameOf(schema.$ref)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const members = schema.anyOf ?? schema.oneOf
  if (Array.isArray(members)) return unionOf(members.map(typeOf))
  if (Array.isArray(schema.allOf)) return schema.allOf.map((part) => inBrackets(typeOf(part))).join(' & ')
  return typeOfNamed(schema)
}

/** `#/components/schemas/Turn` → `Turn` */
export const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1)

export const unionOf = (types: readonly string[]): string =>
  [...new Set(types.filter((type) => type !== ''))].join(' | ')

function typeOfNamed(schema: JsonSchema): string {
  const { type, format, items, prefixItems } = schema
  if (Array.isArray(type)) return unionOf(type.map((one) => typeOf({ ...schema, type: one })))
  if (type === 'string' && format === 'binary') return 'Blob'
  if (typeof type === 'string' && SCALARS[type]) return SCALARS[type]
  if (type === 'array' && Array.isArray(prefixItems)) return `[${prefixItems.map(typeOf).join(', ')}]`
  if (type === 'array') return `${inBrackets(typeOf(items))}[]`
  return type === 'object' ? objectOf(schema) : 'unknown'
}

function objectOf({ properties, required, additionalProperties }: JsonSchema): string {
  if (!isSchema(properties)) return `Record<string, ${typeOf(additionalProperties)}>`
  const needed = new Set(Array.isArray(required) ? required : [])
  const fields = Object.entries(properties).map(([name, schema]) => {
    const optional = needed.has(name) ? '' : '?'
    return `${commentOf(schema)}${propertyName(name)}${optional}: ${typeOf(schema)}`
  })
  return fields.length > 0 ? `{\n${fields.join('\n')}\n}` : 'Record<string, never>'
}

export const propertyName = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)

/** Before a name: its description as a comment, of one line. */
export function commentOf(schema: unknown): string {
  const text = isSchema(schema) && typeof schema.description === 'string' ? schema.description : ''
  return text === '' ? '' : `/** ${text.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */\n`
}

const inBrackets = (type: string): string => (type.includes('|') || type.includes('&') ? `(${type})` : type)
