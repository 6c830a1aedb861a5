import { join } from 'node:path'
import { lint, loadConfig } from '@redocly/openapi-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Endpoint } from '#platform/http/endpoint.ts'
import { statusOf } from '#platform/http/problem.ts'
import apiExamples from '../../src/app/api-examples.json' with { type: 'json' }
import { readProblemKinds } from '../support/problem-kinds.ts'
import { REPOSITORY } from '../support/repository.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

type Example = { request?: unknown; answers: Record<string, unknown>; events?: unknown[] }
const examples: Record<string, Example | undefined> = apiExamples
// biome-ignore lint/suspicious/noExplicitAny: a document is walked as it comes.
type Json = any

let app: TestApp
let endpoints: Endpoint[]
let document: Json
beforeAll(async () => {
  app = await startTestApp()
  endpoints = app.service.endpoints
  document = (await app.get('/openapi.json', { key: null })).body
})
afterAll(() => app.close())

test('redocly lint finds nothing, by its recommended rules (faults.md J1)', async () => {
  const config = await loadConfig({ configPath: join(REPOSITORY, 'redocly.yaml') })
  const faults = await lint({ ref: `${app.url}/openapi.json`, config })
  expect(faults.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([])
})

describe('every call', () => {
  test('has a name of its own that reads as a verb and what it is about (faults.md J2)', () => {
    const ids = endpoints.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const verbs = 'get|list|put|post|create|start|complete|request|replace|change|delete'
    for (const id of ids) expect(id).toMatch(new RegExp(`^(?:${verbs})[A-Z][A-Za-z]+$`))
  })

  test('lists its refusals by status, with the codes that the code throws (faults.md J3)', () => {
    const kinds = readProblemKinds()
    for (const call of callsOf(document)) {
      const statuses = Object.keys(call.responses)
      expect(statuses, call.operationId).toEqual(expect.arrayContaining(['401', '429', '503', 'default']))
      for (const status of statuses.filter((one) => /^[45]/.test(one))) {
        for (const code of codesOf(call.responses[status])) {
          const kind = kinds.get(code)
          expect(kind && statusOf(kind), `${call.operationId} ${code}`).toBe(Number(status))
        }
      }
    }
    const turn = document.paths['/v1/users/{userId}/practice-sessions/{sessionId}/turns'].post
    expect(codesOf(turn.responses['404'])).toEqual(['user.not_found', 'session.not_found'])
    expect(turn.responses['429'].headers).toHaveProperty('Retry-After')
    expect(turn.responses['201'].headers).toHaveProperty('Idempotent-Replayed')
  })

  test('has examples that its own schemas accept (faults.md J4)', () => {
    for (const { operationId, body, answers } of endpoints) {
      const example = examples[operationId]
      if (body) expect(body.safeParse(example?.request), operationId).toMatchObject({ success: true })
      for (const [status, answer] of Object.entries(answers)) checkAnswer(operationId, { status, answer })
    }
    const known = new Set(endpoints.map(({ operationId }) => operationId))
    expect(Object.keys(examples).filter((id) => !known.has(id))).toEqual([])
  })

  function checkAnswer(id: string, { status, answer }: { status: string; answer: Answer }) {
    const example = examples[id]
    const hint = `${id} ${status}: add it to tools/api-examples/story.ts and run npm run api:examples`
    if (answer.schema)
      expect(answer.schema.safeParse(example?.answers[status]), hint).toMatchObject({ success: true })
    if (!answer.events) return
    expect(example?.events?.length, hint).toBeGreaterThan(0)
    for (const event of example?.events ?? [])
      expect(answer.events.safeParse(event), hint).toMatchObject({ success: true })
  }

  test('belongs to a tag that is described, and each tag has a call', () => {
    const described = document.tags.map(({ name }: { name: string }) => name)
    expect([...new Set(endpoints.map(({ tag }) => tag))].toSorted()).toEqual(described.toSorted())
  })
})

test('every property and parameter is described (faults.md J5)', () => {
  const bare = [...propertiesOf(document.components.schemas, ''), ...propertiesOf(document.paths, '')]
    .filter(({ schema }) => !isDescribed(schema))
    .map(({ path }) => path)
  expect(bare).toEqual([])
  for (const call of callsOf(document))
    for (const { name, description } of call.parameters)
      expect(description, `${call.operationId} ${name}`).toMatch(/\w/)
})

test('a multipart body is one schema, so that no part of it refuses what another asks for (faults.md J6)', () => {
  const bodies = callsOf(document).flatMap((call) => call.requestBody?.content['multipart/form-data'] ?? [])
  expect(bodies.length).toBeGreaterThan(0)
  for (const { schema } of bodies) {
    expect(schema).toMatchObject({ type: 'object', properties: { audio: { format: 'binary' } } })
    expect(schema).not.toHaveProperty('allOf')
    expect(schema.required).toContain('audio')
    for (const name of schema.required) expect(schema.properties).toHaveProperty(name)
  }
})

function* propertiesOf(value: Json, path: string): Generator<{ path: string; schema: Json }> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, schema] of Object.entries(value.type === 'object' ? (value.properties ?? {}) : {}))
    yield { path: `${path}.${name}`, schema }
  for (const [key, inner] of Object.entries(value))
    if (!/^examples?$/.test(key)) yield* propertiesOf(inner, `${path}.${key}`)
}

function isDescribed({ description, $ref }: Json): boolean {
  const target = $ref === undefined ? undefined : document.components.schemas[$ref.split('/').at(-1)]
  return Boolean(description ?? target?.description)
}

const callsOf = ({ paths }: Json): Json[] =>
  Object.values(paths).flatMap((methods: Json) => Object.values(methods))

const codesOf = ({ content }: Json): string[] => Object.keys(content['application/problem+json'].examples)
