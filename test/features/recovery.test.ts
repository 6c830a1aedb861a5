import { rm } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '#features/identity/index.ts'
import { openDatabase } from '#platform/db/open-database.ts'
import { startServe } from '../support/malgil-process.ts'
import { collectEvents, readEvents } from '../support/read-events.ts'
import {
  neverAnswers,
  OPENAI_FORMAT,
  openAiEnv,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { startTestApp } from '../support/test-app.ts'
import { audioForm, createTestClient, type TestClient } from '../support/test-client.ts'
import { createServerDatabase, givenDataDir, isOnServer } from '../support/test-database.ts'

const TIMEOUT_MS = 120_000

describe('a service that is killed', { timeout: TIMEOUT_MS }, () => {
  let dataDir: string
  let env: Record<string, string>
  let dropDatabase = async () => {}

  beforeEach(async () => {
    dataDir = await givenDataDir()
    env = { MALGIL_DATA_DIR: dataDir }
    if (!isOnServer) return
    const server = await createServerDatabase('content')
    env.DATABASE_URL = server.url
    dropDatabase = server.drop
  })
  afterEach(async () => {
    await dropDatabase()
    await rm(dataDir, { recursive: true, force: true })
  })

  async function givenKey(): Promise<string> {
    const database = await openDatabaseOfProcess()
    const { key } = await createApp({ db: database.db }, { name: 'recovery' })
    await database.close()
    return key
  }

  /** On a shared server the leases of a dead process run out after 30 s, which nobody need wait for here. */
  async function leasesRunOut(): Promise<void> {
    if (!isOnServer) return
    const database = await openDatabaseOfProcess()
    const past = { lease_expires_at: sql<Date>`now() - interval '1 second'` }
    const { numUpdatedRows } = await database.db
      .updateTable('situation_turns')
      .set(past)
      .where('lease_owner', 'is not', null)
      .executeTakeFirst()
    await database.close()
    expect(numUpdatedRows).toBe(1n)
  }

  async function openDatabaseOfProcess() {
    const location = env.DATABASE_URL
      ? { engine: 'server' as const, url: env.DATABASE_URL, maxConnections: 2 }
      : { engine: 'embedded' as const, dataDir }
    return openDatabase(location, { onIdleError: () => {} })
  }

  async function postAcknowledged(client: TestClient, path: string): Promise<string> {
    const headers = { Accept: 'text/event-stream', 'Idempotency-Key': 'before-the-kill' }
    const response = await client.raw(
      'POST',
      `${path}/turns`,
      await audioForm('iced-americano.webm'),
      headers,
    )
    for await (const { event, data } of readEvents(response)) {
      if (event === 'turn.received') return data.turnId
    }
    throw new Error('The turn was not acknowledged')
  }

  test('between the acknowledgement of a turn and its end loses nothing: the next start completes it (faults.md B4)', async () => {
    const key = await givenKey()
    let turnPath: string
    let path: string
    {
      await using first = await startServe(env)
      const client = createTestClient(first.url, key)
      ;({ path } = await client.givenSession())
      turnPath = `${path}/turns/${await postAcknowledged(client, path)}`
      await first.kill('SIGKILL')
    }
    await leasesRunOut()
    await using second = await startServe(env)
    const client = createTestClient(second.url, key)
    const turn = await client.eventually(turnPath, ({ endedAt }) => endedAt !== null)
    expect(turn).toMatchObject({
      stage: 'completed',
      transcript: { text: 'Can I get an iced americano, please?' },
      assessment: { basis: 'measured' },
      feedback: { goalReached: 'order-drink' },
    })
    const again = await client.post(`${path}/turns`, await audioForm('iced-americano.webm'), {
      headers: { 'Idempotency-Key': 'before-the-kill' },
    })
    expect(again).toMatchObject({ status: 201, body: { turnId: turn.turnId, stage: 'completed' } })
    const next = await client.post(`${path}/turns`, { text: 'No sugar, thank you.' })
    expect(next).toMatchObject({ status: 201, body: { turnNumber: 2 } })
  })

  test('in the middle of a reply asks the model once more and keeps a row of both calls (faults.md B5)', async () => {
    await using vendor = await startStubLlmServer()
    const { begin, delta, end } = OPENAI_FORMAT
    vendor.answers(neverAnswers, streams(begin + delta('Sure! ') + delta('Any sugar?') + end))
    Object.assign(env, {
      MALGIL_LLM_PROVIDER: 'openai',
      MALGIL_LLM_MODEL: 'stub-1',
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: `${vendor.url}/v1`,
    })
    const key = await givenKey()
    let turnPath: string
    {
      await using first = await startServe(env)
      const client = createTestClient(first.url, key)
      const { path } = await client.givenSession()
      const accepted = await client.post(
        `${path}/turns`,
        { text: 'An iced americano.' },
        { headers: { Prefer: 'respond-async' } },
      )
      turnPath = accepted.headers.get('Location') ?? ''
      await expect.poll(() => vendor.requests.length, { timeout: 10_000 }).toBe(1)
      await first.kill('SIGKILL')
    }
    await leasesRunOut()
    {
      await using second = await startServe(env)
      const turn = await createTestClient(second.url, key).eventually(
        turnPath,
        ({ endedAt }) => endedAt !== null,
      )
      expect(turn).toMatchObject({ stage: 'completed', reply: { text: 'Sure! Any sugar?', scripted: false } })
      expect(await second.kill('SIGTERM')).toBe(0)
    }
    const database = await openDatabaseOfProcess()
    const calls = await database.db
      .selectFrom('llm_calls')
      .select(['outcome', 'usage_basis', 'input_tokens', 'tokens_used'])
      .where('purpose', '=', 'practice.reply')
      .orderBy('started_at')
      .execute()
    await database.close()
    expect(calls).toEqual([
      { outcome: 'started', usage_basis: 'unknown', input_tokens: null, tokens_used: null },
      { outcome: 'completed', usage_basis: 'reported', input_tokens: 50, tokens_used: 55 },
    ])
  })

  test('while a reply that was told is judged has it made again, and tells the client that comes back which one counts (faults.md B5)', async () => {
    await using vendor = await startStubLlmServer()
    const { begin, delta, end } = OPENAI_FORMAT
    const says = (text: string) => streams(`${begin}${delta(text)}${end}`)
    vendor.answersFirst(says('Sure! Any sugar?'), neverAnswers)
    Object.assign(env, openAiEnv(vendor))
    const key = await givenKey()
    let turnPath = ''
    let lastEventId = ''
    {
      await using first = await startServe(env)
      const client = createTestClient(first.url, key)
      const { path } = await client.givenSession()
      const body = JSON.stringify({ text: 'An iced americano.' })
      const headers = { Accept: 'text/event-stream', 'Content-Type': 'application/json' }
      const response = await client.raw('POST', `${path}/turns`, body, headers)
      turnPath = response.headers.get('Location') ?? ''
      for await (const { event, id } of readEvents(response)) {
        lastEventId = id ?? lastEventId
        if (event === 'turn.assessed') break
      }
      await expect.poll(() => vendor.requests.length, { timeout: 10_000 }).toBe(2)
      await first.kill('SIGKILL')
    }
    await leasesRunOut()
    vendor.answers(says('Of course! Hot or iced?'))
    await using second = await startServe(env)
    const client = createTestClient(second.url, key)
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': lastEventId }
    const events = await collectEvents(await client.raw('GET', turnPath, undefined, headers))
    expect(events).toMatchObject([
      { event: 'reply.completed', data: { reply: { text: 'Of course! Hot or iced?' } } },
      { event: 'turn.assessed' },
      { event: 'turn.completed', data: { reply: { text: 'Of course! Hot or iced?' } } },
    ])
    expect(await second.kill('SIGTERM')).toBe(0)
    const database = await openDatabaseOfProcess()
    const calls = await database.db
      .selectFrom('llm_calls')
      .select(['purpose', 'outcome'])
      .orderBy('started_at')
      .orderBy('llm_call_id')
      .execute()
    await database.close()
    // Nobody knows what the first two came to: they may have cost something.
    expect(calls).toEqual([
      { purpose: 'practice.reply', outcome: 'started' },
      { purpose: 'practice.judge', outcome: 'started' },
      { purpose: 'practice.reply', outcome: 'completed' },
      { purpose: 'practice.judge', outcome: 'completed' },
    ])
  })
})

describe('a database that goes away', () => {
  test.runIf(isOnServer)(
    'mid-turn is answered with 503, and the turn is completed after it is back',
    { timeout: TIMEOUT_MS },
    async () => {
      const server = await createServerDatabase('content')
      const url = new URL(server.url)
      const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
      url.port = String(proxy.port)
      const database = await openDatabase(
        { engine: 'server', url: url.href, maxConnections: 5 },
        { onIdleError: () => {} },
      )
      const app = await startTestApp({
        database,
        // Gone while the sound is being scored: everything up to the reply is stored, the score is not yet.
        speech: (engine) => ({
          ...engine,
          assess: async (input) => {
            const assessment = await engine.assess(input)
            if (isGoing) proxy.fail()
            isGoing = false
            return assessment
          },
        }),
      })
      let isGoing = true
      try {
        const { path } = await app.givenSession()
        const form = () => audioForm('iced-americano.webm')
        const headers = { 'Idempotency-Key': 'while-gone' }
        const answer = await app.post(`${path}/turns`, await form(), { headers })
        expect(answer).toMatchObject({ status: 503, body: { code: 'database.unavailable', retryable: true } })
        expect((await app.get('/readyz')).status).toBe(503)
        expect((await app.get('/healthz')).status).toBe(200)
        expect(await app.get(path)).toMatchObject({ status: 503, body: { code: 'database.unavailable' } })

        proxy.heal()
        await expect.poll(async () => (await app.get('/readyz')).status, { timeout: 20_000 }).toBe(200)
        const session = await app.eventually(path, ({ turns }) => turns[0]?.endedAt)
        expect(session.turns).toEqual([expect.objectContaining({ stage: 'completed', turnNumber: 1 })])
        const again = await app.post(`${path}/turns`, await form(), { headers })
        expect(again).toMatchObject({
          status: 201,
          body: { turnId: session.turns[0].turnId, stage: 'completed' },
        })
        expect(await database.db.selectFrom('llm_calls').select('outcome').execute()).toEqual([
          { outcome: 'completed' },
        ])
      } finally {
        proxy.heal()
        await app.close()
        await proxy.close()
        await server.drop()
      }
    },
  )

  test('before a turn is accepted is answered with 503, and nothing is acknowledged', async () => {
    const app = await startTestApp()
    try {
      const { path } = await app.givenSession()
      // Every connection is taken: for the service, the database does not answer.
      const release = await app.occupyDatabase()
      const answer = await app.post(`${path}/turns`, { text: 'Hello' })
      await release()
      expect(answer).toMatchObject({ status: 503, body: { code: 'database.unavailable', retryable: true } })
      expect(answer.headers.get('Retry-After')).toBe('1')
      expect((await app.get(path)).body.turns).toEqual([])
      expect((await app.post(`${path}/turns`, { text: 'Hello' })).status).toBe(201)
    } finally {
      await app.close()
    }
  })
})

describe('a turn whose work fails for a reason of ours', () => {
  test('is tried again and completed when the reason has gone', { timeout: TIMEOUT_MS }, async () => {
    let failures = 1
    const app = await startTestApp({
      speech: (engine) => ({
        ...engine,
        assess: (input) =>
          failures-- > 0 ? Promise.reject(new Error('a fault of ours')) : engine.assess(input),
      }),
    })
    try {
      const { path } = await app.givenSession()
      const answer = await app.post(`${path}/turns`, await audioForm('iced-americano.webm'))
      expect(answer).toMatchObject({ status: 503, body: { code: 'turn.delayed', retryable: true } })
      expect(JSON.stringify(answer.body)).not.toContain('a fault of ours')
      const session = await app.eventually(path, ({ turns }) => turns[0].endedAt)
      expect(session.turns[0]).toMatchObject({ stage: 'completed', assessment: { basis: 'measured' } })
      expect(await app.database.db.selectFrom('llm_calls').select('outcome').execute()).toHaveLength(1)
    } finally {
      await app.close()
    }
  })

  test('is given up after five attempts, keeps what was said, and the session goes on (faults.md F2)', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const app = await startTestApp({
      speech: (engine) => ({ ...engine, assess: () => Promise.reject(new Error('a fault of ours')) }),
    })
    try {
      const { path } = await app.givenSession()
      await app.post(`${path}/turns`, await audioForm('iced-americano.webm'))
      await app.database.db.updateTable('situation_turns').set({ attempts: 4 }).execute()
      const session = await app.eventually(path, ({ turns }) => turns[0].endedAt)
      expect(session.turns[0]).toMatchObject({
        stage: 'failed',
        problem: { code: 'turn.given_up' },
        transcript: { text: 'Can I get an iced americano, please?' },
        reply: { scripted: true },
      })
      expect(await app.post(`${path}/turns`, { text: 'No sugar, thank you.' })).toMatchObject({ status: 201 })
    } finally {
      await app.close()
    }
  })
})
