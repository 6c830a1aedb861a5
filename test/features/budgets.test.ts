import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clearBudget, createBudgetGate, listBudgets, setBudget } from '#features/usage/index.ts'
import { collectEvents } from '../support/read-events.ts'
import {
  ANTHROPIC_FORMAT,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import type { TestClient } from '../support/test-client.ts'

const price = (provider: string, validFrom = '2020-01-01') => ({
  id: provider,
  provider,
  models: ['small'],
  validFrom,
  validUntil: undefined,
  microUsdPerToken: { input: 2, cachedInput: 0.2, cacheWrite: 2.5, output: 10 },
  microUsdPerAudioMinute: undefined,
})

const routes = (first: string, second: string) => `providers:
  first: { kind: anthropic, api_key_env: FIRST_KEY, base_url: "${first}" }
  second: { kind: anthropic, api_key_env: SECOND_KEY, base_url: "${second}" }
routes:
  default:
    - { provider: first, model: small }
    - { provider: second, model: small }
`

/** 50 tokens in and 5 out: 150 micro-dollars. */
const reply = streams(`${ANTHROPIC_FORMAT.begin}${ANTHROPIC_FORMAT.delta('Sure.')}${ANTHROPIC_FORMAT.end}`)
/** Breaks off before a word, with the 50 tokens read: 100 micro-dollars. */
const broken = streams(ANTHROPIC_FORMAT.begin)
const WORDS = 'An iced americano, please.'

const EVENING = new Date('2030-05-01T23:59:30Z')
const NEXT_DAY = new Date('2030-05-02T00:00:00Z')

describe('what may be spent in a day', () => {
  let clock: Date
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
      prices: [price('first'), price('second')],
      now: () => clock,
    })
  })
  beforeEach(async () => {
    clock = EVENING
    await app.reset()
  })
  afterEach(() => {
    for (const { requests, judgements } of [first, second]) {
      requests.length = 0
      judgements.length = 0
    }
  })
  afterAll(async () => {
    await app.close()
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
  })

  /** A new app with its budget. A turn costs two calls, the reply and the judgement, of 150 micro-dollars each. */
  async function givenBudget(budget: { scope: 'app' | 'user'; soft?: string; hard?: string }) {
    const client = await app.newApp()
    await setBudget(app.database, { appId: client.appId, ...budget })
    return client
  }

  function say(client: TestClient, path: string, headers: Record<string, string> = {}) {
    first.answers(reply)
    return client.post(`${path}/turns`, { text: WORDS }, { headers })
  }

  /** With no answer prepared but what the test prepares: asking a model beyond that would fail it. */
  const post = (client: TestClient, path: string, headers: Record<string, string> = {}) =>
    client.post(`${path}/turns`, { text: WORDS }, { headers })

  const warnings = (appId: string) =>
    app
      .logged()
      .split('\n')
      .filter((line) => line.includes('a limit of a budget is reached') && line.includes(appId))
      .map((line) => JSON.parse(line))

  async function countReached(labels: { scope: string; limit: string }): Promise<number> {
    const { values } = await app.service.metrics.budgetLimitsReached.get()
    const found = values.find(
      ({ labels: { scope, limit } }) => scope === labels.scope && limit === labels.limit,
    )
    return found?.value ?? 0
  }

  test('below every limit nothing is said', async () => {
    const client = await givenBudget({ scope: 'app', soft: '0.000151', hard: '0.000152' })
    const { path } = await client.givenSession()

    expect(await say(client, path)).toMatchObject({ status: 201, body: { unjudgedReason: null } })
    expect(warnings(client.appId)).toEqual([])
  })

  test('an app that erases a learner has spent what the learner cost (faults.md G8)', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.0003' })
    const { userId, path } = await client.givenSession()
    expect(await say(client, path)).toMatchObject({ status: 201 })

    expect((await client.send('DELETE', `/v1/users/${userId}`, undefined)).status).toBe(204)

    const next = await client.givenSession()
    expect(await post(client, next.path)).toMatchObject({ status: 429, body: { code: 'usage.budget_spent' } })
  })

  test('above the soft limit calls go on, the operator is told once and every call is counted', async () => {
    const client = await givenBudget({ scope: 'app', soft: '0.00015' })
    const { path } = await client.givenSession()
    const before = await countReached({ scope: 'app', limit: 'soft' })

    for (let turn = 0; turn < 2; turn += 1) expect(await say(client, path)).toMatchObject({ status: 201 })

    // All but the first of four calls.
    expect((await countReached({ scope: 'app', limit: 'soft' })) - before).toBe(3)
    expect(warnings(client.appId)).toEqual([
      expect.objectContaining({ level: 40, scope: 'app', userId: null, limit: 'soft', usedOn: '2030-05-01' }),
    ])
    clock = NEXT_DAY
    await say(client, path)
    expect(warnings(client.appId).map(({ usedOn }) => usedOn)).toEqual(['2030-05-01', '2030-05-02'])
  })

  test('at the hard limit the next turn is refused, told when to come back, and its words are kept', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.0003' })
    const { path } = await client.givenSession()
    await say(client, path)
    const before = await countReached({ scope: 'app', limit: 'hard' })

    const refused = await post(client, path)

    expect(refused).toMatchObject({
      status: 429,
      body: {
        code: 'usage.budget_spent',
        retryable: true,
        detail: expect.stringMatching(/this app .*midnight UTC/),
      },
    })
    expect(refused.body.detail).not.toMatch(/\d/)
    expect(refused.headers.get('Retry-After')).toBe('30')
    expect((await client.get(refused.headers.get('Location') ?? '')).body).toMatchObject({
      stage: 'failed',
      input: { text: WORDS },
      transcript: { text: WORDS },
      reply: null,
      problem: { code: 'usage.budget_spent', status: 429, retryable: false },
    })
    expect(first.requests).toHaveLength(1)
    expect((await countReached({ scope: 'app', limit: 'hard' })) - before).toBe(1)
    expect(warnings(client.appId)).toEqual([expect.objectContaining({ scope: 'app', limit: 'hard' })])
    const rows = app.database.db.selectFrom('llm_calls').select('purpose').where('app_id', '=', client.appId)
    expect(await rows.execute()).toHaveLength(2)
  })

  test('a turn followed by its events ends with the problem', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0' })
    const { path } = await client.givenSession()

    const answer = await client.raw('POST', `${path}/turns`, JSON.stringify({ text: WORDS }), {
      Accept: 'text/event-stream',
      'Content-Type': 'application/json',
    })

    const events = await collectEvents(answer)
    expect(events.map(({ event }) => event)).toEqual(['turn.received', 'turn.transcribed', 'problem'])
    expect(events.at(-1)?.data).toMatchObject({ code: 'usage.budget_spent', status: 429 })
  })

  test('a refused turn that is asked for again is final, since its key never gets another answer', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0' })
    const { path } = await client.givenSession()
    const key = { 'Idempotency-Key': 'turn-1' }
    await post(client, path, key)
    clock = new Date('2030-05-01T23:59:50Z')

    const again = await post(client, path, key)

    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(again.headers.get('Retry-After')).toBeNull()
    expect(again.body).toMatchObject({
      code: 'usage.budget_spent',
      retryable: false,
      detail: expect.stringMatching(/another Idempotency-Key/),
    })
  })

  test('may be read ahead for the first call of a turn, and is asked for each that follows', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.00015' })
    const { path, userId } = await client.givenSession()
    const gate = createBudgetGate({
      db: app.database.db,
      now: () => clock,
      onReached: () => {},
      unsettledOf: () => ({ app: 0, user: 0 }),
    })
    const { appId } = client
    const turn = (turnId: string) => ({ appId, userId, turnId })
    const read = (spentMicroUsd: number) => ({
      at: clock,
      budgets: [{ appId, scope: 'app' as const, softMicroUsd: null, hardMicroUsd: 150, spentMicroUsd }],
    })
    for (const turnId of ['made', 'given up']) gate.keep(turnId, read(0))
    await gate.mayCall(turn('another'))
    await say(client, path)

    const spent = { code: 'usage.budget_spent' }
    await gate.mayCall(turn('made'))
    await expect(gate.mayCall(turn('made'))).rejects.toMatchObject(spent)
    gate.forget('given up')
    await expect(gate.mayCall(turn('given up'))).rejects.toMatchObject(spent)
    gate.keep('refused', read(150))
    await expect(gate.mayCall(turn('refused'))).rejects.toMatchObject(spent)
  })

  test('holds for messages of conversations, and their words are kept', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.00015' })
    const userId = await client.givenUser()
    const begun = await client.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
    const path = begun.headers.get('Location') ?? ''
    first.answers(reply)
    expect(await client.post(`${path}/messages`, { text: 'Hello' })).toMatchObject({ status: 201 })
    const refused = await client.post(`${path}/messages`, { text: 'Hello again' })
    expect(refused).toMatchObject({ status: 429, body: { code: 'usage.budget_spent' } })
    expect(first.requests).toHaveLength(1)
    const { body } = await client.get(path)
    expect(body.messages.items.map(({ content }: { content: string }) => content)).toContain('Hello again')
  })

  test('the next day (UTC) begins anew', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.0003' })
    const { path } = await client.givenSession()
    await say(client, path)
    expect(await post(client, path)).toMatchObject({ status: 429 })
    clock = NEXT_DAY

    expect(await say(client, path)).toMatchObject({ status: 201 })
    const refused = await post(client, path)
    expect(refused.headers.get('Retry-After')).toBe('86400')
  })

  test('a budget that is changed or cleared holds from the next call on', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0' })
    const key = { appId: client.appId, scope: 'app' } as const
    const { path } = await client.givenSession()
    expect(await post(client, path)).toMatchObject({ status: 429 })

    await setBudget(app.database, { ...key, hard: '0.0003' })
    expect(await say(client, path)).toMatchObject({ status: 201 })
    expect(await post(client, path)).toMatchObject({ status: 429 })
    await clearBudget(app.database, key)

    expect(await say(client, path)).toMatchObject({ status: 201 })
  })

  test.each([
    ['no number', { soft: 'ten' }, 'usage.amount_invalid'],
    ['a negative amount', { hard: '-0.01' }, 'usage.amount_invalid'],
    ['seven decimals', { hard: '0.0000001' }, 'usage.amount_invalid'],
    ['no limit', {}, 'usage.budget_empty'],
    ['a soft limit above the hard one', { soft: '2', hard: '1.99' }, 'usage.budget_out_of_order'],
    ['one above the hard limit there is', { soft: '1.01' }, 'usage.budget_out_of_order'],
  ])('%s is refused, and the budget stays as it was', async (_, limits, code) => {
    const { appId } = await givenBudget({ scope: 'app', hard: '1' })

    await expect(setBudget(app.database, { appId, scope: 'app', ...limits })).rejects.toMatchObject({ code })

    const { db } = app.database
    expect(await listBudgets(db)).toEqual([
      { appId, scope: 'app', softMicroUsd: null, hardMicroUsd: 1_000_000 },
    ])
  })

  test('a budget of each user stops the one who spent it, and nobody else', async () => {
    const client = await givenBudget({ scope: 'user', hard: '0.0003' })
    const one = await client.givenSession()
    const other = await client.givenSession()
    await say(client, one.path)

    const refused = await post(client, one.path)

    expect(refused).toMatchObject({ status: 429, body: { detail: expect.stringMatching(/this learner/) } })
    expect(await say(client, other.path)).toMatchObject({ status: 201 })
    expect(warnings(client.appId)).toEqual([expect.objectContaining({ scope: 'user', userId: one.userId })])
  })

  test('a budget of the app is spent by all its users together', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.0003' })
    const one = await client.givenSession()
    const other = await client.givenSession()
    await say(client, one.path)

    expect(await post(client, other.path)).toMatchObject({ status: 429 })
  })

  test('a budget of one app neither holds for another nor is spent by it', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.0003' })
    const other = await app.newApp()
    const mine = await client.givenSession()
    const theirs = await other.givenSession()
    await say(other, theirs.path)
    await say(other, theirs.path)

    expect(await say(client, mine.path)).toMatchObject({ status: 201 })
    expect(await post(client, mine.path)).toMatchObject({ status: 429 })
    expect(await say(other, theirs.path)).toMatchObject({ status: 201 })
  })

  test('a judgement that is refused is missing with the reason, and the turn is complete', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.00015' })
    const { path } = await client.givenSession()

    expect(await say(client, path)).toMatchObject({
      status: 201,
      body: {
        stage: 'completed',
        reply: { text: 'Sure.' },
        judgement: null,
        unjudgedReason: 'usage.budget_spent',
      },
    })
    expect(first.judgements).toEqual([])
  })

  test('attempts that failed cost too: the one that reaches the limit is the last, of any model', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.0002' })
    const { path } = await client.givenSession()
    first.answers(broken, broken)

    const refused = await post(client, path)

    expect(refused).toMatchObject({ status: 429, body: { code: 'usage.budget_spent' } })
    expect(first.requests).toHaveLength(2)
    expect(second.requests).toEqual([])
    const calls = app.database.db
      .selectFrom('llm_calls')
      .select(['provider', 'attempt', 'outcome', 'cost_micro_usd'])
      .where('app_id', '=', client.appId)
      .orderBy('attempt')
    expect(await calls.execute()).toEqual([
      { provider: 'first', attempt: 1, outcome: 'failed', cost_micro_usd: '100.000000' },
      { provider: 'first', attempt: 2, outcome: 'failed', cost_micro_usd: '100.000000' },
    ])
  })

  test('a call whose sender counts nothing is in the budget by our own count (faults.md C13)', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.0001' })
    const { path } = await client.givenSession()
    const { begin, delta, end } = ANTHROPIC_FORMAT
    first.answers(streams((begin + delta('Sure.') + end).replaceAll(/,"usage":\{[^}]*\}/g, '')))
    await post(client, path)

    expect(await post(client, path)).toMatchObject({ status: 429, body: { code: 'usage.budget_spent' } })
    const row = app.database.db
      .selectFrom('llm_calls')
      .select(['usage_basis', 'cost_micro_usd', 'output_tokens'])
      .where('app_id', '=', client.appId)
    expect(await row.executeTakeFirst()).toMatchObject({ usage_basis: 'estimated', output_tokens: 2 })
  })

  test('attempts that failed below the limit leave the fallback its turn', async () => {
    const client = await givenBudget({ scope: 'app', hard: '0.000201' })
    const { path } = await client.givenSession()
    first.answers(broken, broken)
    second.answers(reply)

    expect(await post(client, path)).toMatchObject({
      status: 201,
      body: { reply: { provider: 'second' } },
    })
  })
})
