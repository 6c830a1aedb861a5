import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const USER = '/v1/users/by-external-id/x'
const json = { 'Content-Type': 'application/json' }

describe('a JSON body', () => {
  test.each([
    ['is cut', '{"displayName":', 400, 'request.bad_json'],
    ['is not JSON at all', 'hello', 400, 'request.bad_json'],
    ['is null', 'null', 400, 'request.bad_json'],
    ['is an array of a million', `[${'1,'.repeat(100_000)}1]`, 400, 'request.invalid'],
    ['is 40,000 deep', `{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, 400, 'request.bad_json'],
    [
      'has 10,000 unknown keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, 1]))),
      400,
      'request.invalid',
    ],
    ['is over the limit', JSON.stringify({ displayName: 'x'.repeat(300_000) }), 413, 'request.too_large'],
  ])('that %s is answered by a problem (faults.md A1, A3, A4)', async (_case, body, status, code) => {
    const answer = await app.put(USER, body, { headers: json })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
    expect(answer.body).toMatchObject({ status, code, title: expect.any(String) })
    expect(JSON.stringify(answer.body).length).toBeLessThan(4_000)
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:\d|at \w+ \(/)
    expect((await app.put(USER, { displayName: 'Fine' })).status).toBeLessThan(300)
  })

  test('that is not UTF-8 is refused (faults.md A5)', async () => {
    const answer = await app.put(USER, Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {
      headers: json,
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.bad_json' } })
  })

  test('that unpacks to more than the limit is refused (faults.md A3)', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '))
    const answer = await app.put(USER, bomb, { headers: { ...json, 'Content-Encoding': 'gzip' } })
    expect(answer).toMatchObject({ status: 413, body: { code: 'request.too_large' } })
  })

  test.each([
    ['text/plain', {}],
    ['application/json; charset=latin-9', {}],
    ['application/json', { 'Content-Encoding': 'rot13' }],
  ])('of type %s %o is not supported (faults.md A2)', async (type, headers) => {
    const answer = await app.put(USER, '{}', { headers: { 'Content-Type': type, ...headers } })
    expect(answer).toMatchObject({ status: 415, body: { code: 'request.not_json' } })
  })
})

describe('an address', () => {
  test.each([
    ['/v1/nothing', 404, 'request.not_found'],
    ['/nothing', 404, 'request.not_found'],
    ['/v1/users/not-a-uuid/practice-sessions/x', 400, 'request.invalid'],
    ['/v1/users/%ff/practice-sessions/x', 400, 'request.bad_path'],
    ["/v1/situations/1'%20or%201=1/variations", 400, 'request.invalid'],
  ])('%s is answered with %i', async (path, status, code) => {
    expect(await app.get(path)).toMatchObject({ status, body: { code } })
  })

  test('says which methods it knows (faults.md A12)', async () => {
    const answer = await app.send('DELETE', '/v1/personas', undefined)
    expect(answer).toMatchObject({ status: 405, body: { code: 'request.method_not_allowed' } })
    expect(answer.headers.get('Allow')).toBe('GET')
  })

  test("keeps the caller's request id, and makes one where it sent none or a bad one", async () => {
    const given = await app.get('/v1/nothing', { headers: { 'X-Request-Id': 'trace-1' } })
    expect(given.headers.get('X-Request-Id')).toBe('trace-1')
    expect(given.body.requestId).toBe('trace-1')
    const bad = await app.get('/v1/nothing', { headers: { 'X-Request-Id': 'a b"c' } })
    expect(bad.body.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('what stands beside the API', () => {
  test('answers health, readiness and metrics', async () => {
    expect((await app.get('/healthz', { key: null })).body).toEqual({ status: 'ok' })
    expect((await app.get('/readyz', { key: null })).body).toMatchObject({
      status: 'ready',
      content: { source: 'files', release: null, faults: [] },
    })
    await app.get('/v1/personas')
    const { body } = await app.get('/metrics', { key: null })
    expect(body).toMatch(
      /malgil_http_request_duration_seconds_count\{method="GET",route="\/personas",status="200"\} \d/,
    )
  })

  test('describes every call of the design that exists, with resolvable schemas', async () => {
    const { body: document } = await app.get('/openapi.json', { key: null })
    expect(document.openapi).toBe('3.1.0')
    const session = '/v1/users/{userId}/practice-sessions/{sessionId}'
    const conversation = '/v1/users/{userId}/conversations/{conversationId}'
    const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method} ${path}`),
    )
    expect(calls.toSorted()).toEqual(
      [
        'put /v1/users/by-external-id/{externalId}',
        'get /v1/users',
        'get /v1/users/{userId}',
        'delete /v1/users/{userId}',
        'get /v1/users/{userId}/recordings',
        'delete /v1/users/{userId}/recordings/{recordingId}',
        'get /v1/users/{userId}/practice-sessions',
        `delete ${session}`,
        'get /v1/users/{userId}/preferences',
        'put /v1/users/{userId}/preferences',
        'patch /v1/users/{userId}/preferences',
        'get /v1/users/{userId}/facts',
        'delete /v1/users/{userId}/facts',
        'delete /v1/users/{userId}/facts/{factId}',
        'get /v1/personas',
        'get /v1/locations',
        'get /v1/locations/{locationId}',
        'get /v1/cultural-contexts',
        'get /v1/usage',
        'get /v1/situations',
        'get /v1/situations/{situationId}/variations',
        'post /v1/assessments',
        'post /v1/users/{userId}/practice-sessions',
        `get ${session}`,
        `post ${session}/turns`,
        `get ${session}/turns/{turnId}`,
        `post ${session}/hints`,
        `post ${session}/complete`,
        'post /v1/users/{userId}/conversations',
        'get /v1/users/{userId}/conversations',
        `get ${conversation}`,
        `delete ${conversation}`,
        `post ${conversation}/messages`,
        `get ${conversation}/messages/{messageId}`,
        'get /v1/users/{userId}/recordings/{recordingId}',
      ].toSorted(),
    )
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
    expect(references.length).toBeGreaterThan(5)
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '')
  })

  test('shows the documentation from its own files only', async () => {
    const page = await app.get('/docs', { key: null })
    expect(page.status).toBe(200)
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'self'")
    expect(page.body).not.toMatch(/https?:\/\//)
    for (const [, path] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await app.get(`/${path}`, { key: null })).status).toBe(200)
    }
  })
})

test('a body that never comes does not hold the next request', async () => {
  const hanging = request(`${app.url}${USER}`, {
    method: 'PUT',
    headers: { ...json, 'Content-Length': '100', Authorization: 'Bearer x' },
  })
  hanging.on('error', () => {})
  hanging.write('{')
  expect((await app.get('/healthz', { key: null })).status).toBe(200)
  hanging.destroy()
})
