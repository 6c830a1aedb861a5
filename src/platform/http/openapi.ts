import { z } from 'zod'
import type { Answer, Endpoint } from './endpoint.ts'
import { IdempotencyKey } from './mount.ts'
import { Problem } from './problem.ts'

type Json = Record<string, unknown>

export type ApiInfo = { title: string; version: string; description: string }

/** OpenAPI 3.1 from the very schemas that validate. Schemas with a `meta` id become named components. */
export function toOpenApi(endpoints: Endpoint[], { info, prefix }: { info: ApiInfo; prefix: string }): Json {
  const components = new Map<string, Json>()
  const paths: Record<string, Record<string, Json>> = {}
  for (const endpoint of endpoints) {
    const path = `${prefix}${endpoint.path}`
    paths[path] = { ...paths[path], [endpoint.method]: describeCall(endpoint, components) }
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'The API key of an app' } },
    },
  }
}

function describeCall(endpoint: Endpoint, components: Map<string, Json>): Json {
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => toSchema(schema, io, components)
  const requestBody = describeBody(endpoint, schemaOf)
  return {
    operationId: toOperationId(endpoint),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description ? { description: endpoint.description } : {}),
    parameters: describeParameters(endpoint, schemaOf),
    ...(requestBody ? { requestBody } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(endpoint.answers).map(([status, answer]) => [
          status,
          describeAnswer(answer, schemaOf),
        ]),
      ),
      default: {
        description: describeProblems(endpoint),
        content: { 'application/problem+json': { schema: schemaOf(Problem, 'output') } },
      },
    },
  }
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => Json

function describeParameters({ params, query, method }: Endpoint, schemaOf: SchemaOf): Json[] {
  const inPath = Object.entries(params?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(schema as z.ZodType, 'input'),
  }))
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(schema as z.ZodType, 'input'),
  }))
  const inHeader = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Repeat the call with the same key and nothing is done twice',
    schema: schemaOf(IdempotencyKey, 'input'),
  }
  return [...inPath, ...inQuery, ...(method === 'post' ? [inHeader] : [])]
}

function describeBody({ body, multipart }: Endpoint, schemaOf: SchemaOf): Json | undefined {
  if (!body && !multipart) return undefined
  const content: Json = {}
  if (body) content['application/json'] = { schema: schemaOf(body, 'input') }
  if (multipart) {
    const fields = multipart.fields ? schemaOf(multipart.fields, 'input') : { type: 'object' }
    const file = { [multipart.file]: { type: 'string', format: 'binary' } }
    content['multipart/form-data'] = {
      schema: { allOf: [fields, { type: 'object', properties: file, required: [multipart.file] }] },
    }
  }
  return { required: true, content }
}

function describeAnswer(
  { description, schema, contentType = 'application/json', events }: Answer,
  schemaOf: SchemaOf,
): Json {
  const content: Json = {}
  if (schema) content[contentType] = { schema: schemaOf(schema, 'output') }
  else if (contentType !== 'application/json') content[contentType] = {}
  if (events) content['text/event-stream'] = { schema: schemaOf(events, 'output') }
  return { description, ...(Object.keys(content).length > 0 ? { content } : {}) }
}

const describeProblems = ({ problems = [] }: Endpoint) =>
  problems.length > 0
    ? `A problem; among them ${problems.map((code) => `\`${code}\``).join(', ')}`
    : 'A problem'

function toSchema(schema: z.ZodType, io: 'input' | 'output', components: Map<string, Json>): Json {
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
      .filter(([key]) => key !== 'id')
      .map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string'
          ? inner.replace('#/$defs/', '#/components/schemas/')
          : relink(inner),
      ]),
  )
}

function toOperationId({ method, path }: Endpoint): string {
  const words = path
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/[{}]/g, ''))
  return [method, ...words].join('-').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
