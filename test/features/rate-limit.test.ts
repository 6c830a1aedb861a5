import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readEvents } from '../support/read-events.ts'
import { OPENAI_FORMAT, type StubLlmServer, startStubLlmServer, streams } from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

describe('requests in a minute', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({
      env: { MALGIL_REQUESTS_PER_MINUTE_APP: '12', MALGIL_REQUESTS_PER_MINUTE_USER: '3' },
    })
  })
  beforeEach(() => app.reset())
  afterAll(() => app.close())

  test('of one user are bounded: told before, refused with the time to wait, and no other user is', async () => {
    const [userId, other] = [await app.givenUser(), await app.givenUser()]
    const ask = (id: string) => app.get(`/v1/users/${id}/conversations`)

    const admitted = [await ask(userId), await ask(userId), await ask(userId)]
    const refused = await ask(userId)

    expect(admitted.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(admitted[1]?.headers.get('RateLimit')).toMatch(/^"user";r=1;t=\d+$/)
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'rate.exceeded', status: 429, retryable: true },
    })
    expect(refused.headers.get('Content-Type')).toContain('application/problem+json')
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(60)
    expect(refused.headers.get('RateLimit-Policy')).toBe('"user";q=3;w=60')
    expect((await ask(other)).status).toBe(200)
  })

  test('of one app are bounded, whoever of it asks, and no other app is', async () => {
    const statuses = new Set<number>()
    for (let call = 0; call < 12; call += 1) statuses.add((await app.get('/v1/personas')).status)

    const refused = await app.get('/v1/personas')
    const other = await app.newApp()

    expect([...statuses]).toEqual([200])
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate.exceeded' } })
    expect((await other.get('/v1/personas')).status).toBe(200)
    expect((await app.get('/healthz', { key: null })).status).toBe(200)
  })

  test('that are refused are not written down, and leave nothing behind', async () => {
    const { path, userId } = await app.givenSession()
    const rest = [
      await app.get(path),
      await app.get(path),
      await app.post(`${path}/turns`, { text: 'Hello' }),
    ]

    expect(rest.map(({ status }) => status)).toContain(429)
    const turns = app.database.db
      .selectFrom('situation_turns')
      .select('turn_id')
      .where('user_id', '=', userId)
    expect(await turns.execute()).toEqual([])
  })
})

describe('event streams at once', () => {
  let vendor: StubLlmServer
  let app: TestApp
  beforeAll(async () => {
    vendor = await startStubLlmServer()
    app = await startTestApp({
      env: {
        MALGIL_STREAMS_PER_USER: '1',
        MALGIL_LLM_PROVIDER: 'openai',
        MALGIL_LLM_MODEL: 'stub-1',
        OPENAI_BASE_URL: `${vendor.url}/v1`,
        OPENAI_API_KEY: 'test-key',
      },
    })
  })
  afterAll(async () => {
    await app.close()
    await vendor[Symbol.asyncDispose]()
  })

  test('are bounded for each user, before anything is stored, and free again when they close', async () => {
    const { begin, delta, end } = OPENAI_FORMAT
    const [one, two] = [await app.givenSession(), await app.givenSession()]
    const second = await app.givenSession(one.userId)
    const listen = (path: string) =>
      app.raw('POST', `${path}/turns`, JSON.stringify({ text: 'Hello' }), {
        Accept: 'text/event-stream',
        'Content-Type': 'application/json',
      })
    vendor.answers(streams(begin + delta('Sure,'), 'stall'))
    const open = readEvents(await listen(one.path))
    await open.next()
    vendor.answers(streams(begin + delta('Yes.') + end), streams(begin + delta('Yes.') + end))

    const refused = await listen(second.path)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'rate.too_many_streams', retryable: true })
    expect(refused.headers.get('Retry-After')).toBe('5')
    expect((await app.get(second.path)).body.turns).toEqual([])
    expect((await listen(two.path)).status).toBe(200)

    await open.return(undefined)
    await expect.poll(async () => (await listen(second.path)).status, { timeout: 10_000 }).toBe(200)
  })
})
