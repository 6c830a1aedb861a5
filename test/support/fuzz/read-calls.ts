/** What the description of the interface says of a call, with its references resolved. */
export type Schema = {
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  minLength?: number
  minimum?: number
  $ref?: string
}

export type Parameter = { name: string; in: 'path' | 'query' | 'header'; schema: Schema }

export type Call = {
  name: string
  method: string
  path: string
  parameters: Parameter[]
  json: Schema | undefined
  form: Schema | undefined
}

type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } }

const METHODS = ['get', 'put', 'patch', 'post', 'delete']

/** Every call of `/openapi.json`, those that erase last: what they erase is needed by the others. */
export function readCalls(document: Document): Call[] {
  const resolved = (schema: Schema | undefined) => schema && resolve(document, schema)
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      parameters: parameters.map((one) => ({ ...one, schema: resolve(document, one.schema) })),
      json: resolved(requestBody?.content['application/json']?.schema),
      form: resolved(requestBody?.content['multipart/form-data']?.schema),
    })),
  )
  return calls.toSorted((one, other) => METHODS.indexOf(one.method) - METHODS.indexOf(other.method))
}

/** Deep enough for every body; schemas of JSON in general refer to themselves. */
const MAX_DEPTH = 6

function resolve(document: Document, schema: Schema, depth = 0): Schema {
  if (depth > MAX_DEPTH) return {}
  const inner = (one: Schema) => resolve(document, one, depth + 1)
  const { $ref, ...own } = schema
  const named = $ref ? document.components.schemas[$ref.replace('#/components/schemas/', '')] : undefined
  const { properties, items, anyOf, oneOf, allOf, ...rest } = named ? { ...named, ...own } : own
  return {
    ...rest,
    ...(properties
      ? {
          properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)])),
        }
      : {}),
    ...(items ? { items: inner(items) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(inner) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(inner) } : {}),
    ...(allOf ? { allOf: allOf.map(inner) } : {}),
  }
}
