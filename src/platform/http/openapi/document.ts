import type { Endpoint } from '../endpoint.ts'
import { describeCall } from './call.ts'
import type { Json } from './schema.ts'

export type ApiInfo = {
  title: string
  version: string
  description: string
  license: { name: string; url: string }
}

export type ApiTag = { name: string; description: string }

/** Requests and answers of a call as they really were, by operation id. */
export type CallExample = { request?: unknown; answers: Record<string, unknown>; events?: unknown[] }
export type CallExamples = Record<string, CallExample>

export type ApiDocument = { info: ApiInfo; tags: ApiTag[]; prefix: string; examples: CallExamples }

/** OpenAPI 3.1 from the very schemas that validate. Schemas with a `meta` id become named components. */
export function toOpenApi(endpoints: Endpoint[], { info, tags, prefix, examples }: ApiDocument): Json {
  const components = new Map<string, Json>()
  const paths: Record<string, Record<string, Json>> = {}
  for (const endpoint of endpoints) {
    const path = `${prefix}${endpoint.path}`
    const call = describeCall(endpoint, { components, example: examples[endpoint.operationId] })
    paths[path] = { ...paths[path], [endpoint.method]: call }
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/', description: 'The service that this document comes from' }],
    tags,
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'The API key of an app, as `malgil apps create` printed it',
        },
      },
    },
  }
}
