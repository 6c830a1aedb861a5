import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  ANTHROPIC_FORMAT,
  type OPENAI_FORMAT,
  responds,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const PRICE = {
  id: 'second-small',
  provider: 'second',
  models: ['small*'],
  validFrom: '2020-01-01',
  validUntil: undefined,
  microUsdPerToken: { input: 2, cachedInput: 0.2, cacheWrite: 2.5, output: 10 },
  microUsdPerAudioMinute: undefined,
}

const routes = (first: string, second: string) => `providers:
  first: { kind: openai, api_key_env: FIRST_KEY, base_url: "${first}/v1" }
  second: { kind: anthropic, api_key_env: SECOND_KEY, base_url: "${second}" }
routes:
  default:
    - { provider: first, model: big }
    - { provider: second, model: small }
`

const said = (format: typeof OPENAI_FORMAT, text: string) =>
  streams(`${format.begin}${format.delta(text)}${format.end}`)

describe('usage and routes', () => {
  let first: StubLlmServer
  let second: StubLlmServer
  let app: TestApp
  beforeAll(async () => {
    first = await startStubLlmServer()
    second = await startStubLlmServer()
    const file = join(await mkdtemp(join(tmpdir(), 'malgil-routes-')), 'models.yaml')
    await writeFile(file, routes(first.url, second.url))
    app = await startTestApp({
      env: { MALGIL_LLM_ROUTES: file, FIRST_KEY: 'key-1', SECOND_KEY: 'key-2' },
      prices: [PRICE],
    })
  })
  beforeEach(() => app.reset())
  afterEach(() => {
    first.requests.length = 0
    second.requests.length = 0
  })
  afterAll(async () => {
    await app.close()
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
  })

  test('of calls that cost a part of a micro-dollar adds up (faults.md C27)', async () => {
    const userId = await app.givenUser()
    const { db } = app.database
    const { app_id } = await db.selectFrom('users').select('app_id').executeTakeFirstOrThrow()
    const call = {
      user_id: userId,
      app_id,
      purpose: 'embed',
      provider: 'second',
      model: 'small',
      call_count: 1,
      failed_count: 0,
      unpriced_count: 0,
      input_tokens: 1,
      cached_input_tokens: 0,
      output_tokens: 0,
      audio_ms: 0,
      cost_micro_usd: 0.3,
    }
    for (let day = 1; day <= 10; day += 1)
      await db
        .insertInto('usage_daily')
        .values({ ...call, used_on: `2030-01-${String(day).padStart(2, '0')}` })
        .execute()

    const { body } = await app.get('/v1/usage?groupBy=model&from=2030-01-01&to=2030-01-31')
    expect(body.groups).toMatchObject([{ callCount: 10, costMicroUsd: 3 }])
  })

  async function givenFallback(): Promise<void> {
    // A refusal is not repeated and opens no circuit, so that each test begins alike.
    first.answers(responds(401, '{}'))
    second.answers(said(ANTHROPIC_FORMAT, 'Sure.'))
    const { path } = await app.givenSession()
    const answer = await app.post(`${path}/turns`, { text: 'An iced americano, please.' })
    expect(answer).toMatchObject({
      status: 201,
      body: { reply: { text: 'Sure.', provider: 'second', scripted: false } },
    })
  }

  test('a turn that the first provider fails is answered by the second, with its own key', async () => {
    await givenFallback()

    expect(first.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-1'])
    expect(second.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-2'])
  })

  test('every attempt is counted; what has no price is unpriced and not free', async () => {
    await givenFallback()

    const { body } = await app.get('/v1/usage?groupBy=provider')

    expect(body.groups).toEqual([
      {
        key: 'second',
        callCount: 1,
        failedCount: 0,
        unpricedCount: 0,
        inputTokens: 50,
        cachedInputTokens: 0,
        outputTokens: 5,
        audioMs: 0,
        costMicroUsd: 50 * 2 + 5 * 10,
      },
      // One reply that failed, and the judgement.
      expect.objectContaining({
        key: 'first',
        callCount: 2,
        failedCount: 1,
        unpricedCount: 2,
        costMicroUsd: 0,
      }),
    ])
  })

  test.each(['day', 'model', 'purpose', 'user', 'app'])('groups by %s', async (groupBy) => {
    await givenFallback()

    const { body } = await app.get(`/v1/usage?groupBy=${groupBy}`)

    expect(body).toMatchObject({ groupBy })
    const groups: { callCount: number; costMicroUsd: number }[] = body.groups
    expect(groups.reduce((sum, group) => sum + group.callCount, 0)).toBe(3)
    expect(groups.reduce((sum, group) => sum + group.costMicroUsd, 0)).toBe(150)
  })

  test('another app sees none of it, and days outside the range have none', async () => {
    await givenFallback()
    const other = await app.newApp()

    expect((await other.get('/v1/usage')).body.groups).toEqual([])
    expect((await app.get('/v1/usage?from=2020-01-01&to=2020-01-31')).body.groups).toEqual([])
    expect(await app.get('/v1/usage?from=2020-02-01&to=2020-01-31')).toMatchObject({ status: 400 })
    expect(await app.get('/v1/usage?groupBy=mood')).toMatchObject({ status: 400 })
  })

  test('the row of a call keeps the name that was asked for, the price and the cost', async () => {
    await givenFallback()

    const row = await app.database.db
      .selectFrom('llm_calls')
      .select(['asked_model', 'price_id', 'cost_micro_usd', 'cache_write_tokens'])
      .where('outcome', '=', 'completed')
      .where('purpose', '=', 'practice.reply')
      .executeTakeFirstOrThrow()

    expect(row).toEqual({
      asked_model: 'small',
      price_id: 'second-small',
      cost_micro_usd: '150.000000',
      cache_write_tokens: 0,
    })
  })
})
