import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendRaw } from '../support/raw-http.ts'
import { startServedApp } from '../support/served-app.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { createTestClient } from '../support/test-client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const NO_KEY = { key: null }

describe('an address', () => {
  test.each([
    '/METRICS',
    '/metrics/',
    '/Metrics',
    '/readyz/',
    '/HEALTHZ',
    '/docs/',
    '/V1/personas',
    '/v1/personas/',
  ])('that is spelled %s is another one (faults.md A17)', async (path) => {
    expect(await app.get(path)).toMatchObject({ status: 404, body: { code: 'request.not_found' } })
  })

  test('"/" leads to the documentation', async () => {
    const answer = await fetch(`${app.url}/`, { redirect: 'manual' })
    expect(answer.status).toBe(302)
    expect(new URL(answer.headers.get('Location') ?? '', `${app.url}/`).pathname).toBe('/docs')
    expect((await app.get('/', NO_KEY)).body).toContain('swagger-ui')
  })
})

describe('an answer', () => {
  const GENERAL = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }

  test.each(['/v1/personas', '/v1/nothing', '/v1/users/none/facts', '/healthz', '/readyz', '/openapi.json'])(
    'to %s is neither kept by caches nor guessed to be of another type (faults.md A20)',
    async (path) => {
      const { headers } = await app.get(path)
      expect(Object.fromEntries(headers)).toMatchObject(GENERAL)
    },
  )

  test('to one without a key is not kept either (faults.md A20)', async () => {
    const { status, headers } = await app.get('/v1/personas', NO_KEY)
    expect(status).toBe(401)
    expect(Object.fromEntries(headers)).toMatchObject(GENERAL)
  })

  test('to what is no HTTP at all has the same headers (faults.md A20)', async () => {
    const answer = await sendRaw(app.url, 'no http\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    for (const [name, value] of Object.entries(GENERAL))
      expect(answer.toLowerCase()).toContain(`${name}: ${value}\r\n`)
  })

  test('with a file of the documentation may be kept', async () => {
    const { headers } = await app.get('/docs/assets/swagger-ui.css', NO_KEY)
    expect(headers.get('Cache-Control')).toBe('public, max-age=86400')
  })
})

describe('a listener for operators (faults.md A17)', () => {
  const OPERATOR_PATHS = ['/healthz', '/readyz', '/metrics']

  test('has health, readiness and metrics, and nobody else has', async () => {
    const served = await startServedApp({ MALGIL_OPERATOR_PORT: '0' })
    try {
      const operator = createTestClient(served.operatorUrl(), '')
      for (const path of OPERATOR_PATHS) {
        expect(await served.get(path, NO_KEY)).toMatchObject({
          status: 404,
          body: { code: 'request.not_found' },
        })
        expect((await operator.get(path, NO_KEY)).status).toBe(200)
      }
      expect((await served.get('/v1/personas')).status).toBe(200)
      expect((await operator.get('/v1/personas', NO_KEY)).status).toBe(404)
      expect((await operator.get('/METRICS', NO_KEY)).status).toBe(404)
    } finally {
      await served.close()
    }
  })
})
