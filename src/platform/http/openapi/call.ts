import type { z } from 'zod'
import type { Answer, Endpoint } from '../endpoint.ts'
import { IdempotencyKey } from '../mount.ts'
import type { CallExample } from './document.ts'
import { headersOfAnswer } from './headers.ts'
import { describeProblems } from './problems.ts'
import { createSchemaOf, type Json, type SchemaOf } from './schema.ts'

export function describeCall(
  endpoint: Endpoint,
  { components, example }: { components: Map<string, Json>; example: CallExample | undefined },
): Json {
  const schemaOf = createSchemaOf(components)
  const requestBody = describeBody(endpoint, { schemaOf, example })
  const answers = Object.entries(endpoint.answers).map(([status, answer]) => [
    status,
    describeAnswer(answer, { schemaOf, example: example?.answers[status], events: example?.events }),
  ])
  return {
    operationId: endpoint.operationId,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description ? { description: endpoint.description } : {}),
    parameters: describeParameters(endpoint, schemaOf),
    ...(requestBody ? { requestBody } : {}),
    responses: { ...Object.fromEntries(answers), ...describeProblems(endpoint, schemaOf) },
  }
}

function describeParameters(endpoint: Endpoint, schemaOf: SchemaOf): Json[] {
  const { params, query, method, repeats, answers } = endpoint
  const inPath = Object.entries(params?.shape ?? {}).map(([name, schema]) =>
    describeParameter({ name, in: 'path', required: true }, schemaOf(schema as z.ZodType, 'input')),
  )
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const required = !(schema as z.ZodType).safeParse(undefined).success
    return describeParameter({ name, in: 'query', required }, schemaOf(schema as z.ZodType, 'input'))
  })
  const isStreamed = Object.values(answers).some(({ events }) => events !== undefined)
  const inHeader = [
    ...(repeats ? [{ ...KEY_HEADER, schema: schemaOf(IdempotencyKey, 'input') }] : []),
    ...(method === 'post' && isStreamed ? [PREFER_HEADER] : []),
    ...(isStreamed ? [LAST_EVENT_HEADER] : []),
  ]
  return [...inPath, ...inQuery, ...inHeader]
}

/** The description stands beside the parameter, where readers of the document look for it. */
const describeParameter = (place: Json, { description, ...schema }: Json): Json => ({
  ...place,
  ...(description === undefined ? {} : { description }),
  schema,
})

const KEY_HEADER: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Repeat the same request with the same key: nothing is done twice, and the answer is the same',
}
const PREFER_HEADER: Json = {
  name: 'Prefer',
  in: 'header',
  required: false,
  description: '`respond-async`: answer 202 at once, and finish without the caller',
  schema: { type: 'string' },
}
const LAST_EVENT_HEADER: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The `id` of the last event that was seen: the stream goes on after it',
  schema: { type: 'string' },
}

type Context<Example> = { schemaOf: SchemaOf; example: Example }

function describeBody(
  { body, multipart }: Endpoint,
  { schemaOf, example }: Context<CallExample | undefined>,
): Json | undefined {
  if (!body && !multipart) return undefined
  const content: Json = {}
  if (body) content['application/json'] = { schema: schemaOf(body, 'input'), ...exampleOf(example?.request) }
  if (multipart) {
    const { properties, required, ...fields } = multipart.fields
      ? schemaOf(multipart.fields, 'input')
      : { type: 'object' }
    content['multipart/form-data'] = {
      // One schema: two that are joined would each refuse the fields of the other.
      schema: {
        ...fields,
        properties: { [multipart.file]: FILE, ...(properties as Json | undefined) },
        required: [multipart.file, ...((required as string[] | undefined) ?? [])],
      },
    }
  }
  return { required: true, content }
}

const FILE: Json = {
  type: 'string',
  format: 'binary',
  description: 'The recording as a file: WebM, Ogg, MP4/M4A, MP3, WAV, FLAC and the like',
}

function describeAnswer(
  answer: Answer,
  { schemaOf, example, events: recorded = [] }: Context<unknown> & { events: unknown[] | undefined },
): Json {
  const { description, schema, contentType = 'application/json', events } = answer
  const content: Json = {}
  if (schema) content[contentType] = { schema: schemaOf(schema, 'output'), ...exampleOf(example) }
  else if (contentType !== 'application/json')
    content[contentType] = { schema: { type: 'string', format: 'binary' } }
  if (events) {
    const examples = Object.fromEntries(recorded.map((value) => [nameOf(value), { value }]))
    content['text/event-stream'] = { schema: schemaOf(events, 'output'), examples }
  }
  return {
    description,
    headers: headersOfAnswer(answer),
    ...(Object.keys(content).length > 0 ? { content } : {}),
  }
}

const nameOf = (event: unknown) => (event as { event: string }).event
const exampleOf = (value: unknown): Json => (value === undefined ? {} : { example: value })
