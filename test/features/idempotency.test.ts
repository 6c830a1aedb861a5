import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createExpectedCalls, createLedger } from '#features/usage/index.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import type { TestClient } from '../support/test-client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
beforeEach(() => app.reset())
afterAll(() => app.close())

const WORDS = 'An iced americano, please.'
const KEY = { headers: { 'Idempotency-Key': 'turn-1' } }
const say = (client: TestClient, path: string, text = WORDS) => client.post(`${path}/turns`, { text }, KEY)

test('a key is its own in every app, for every learner and in every session (faults.md B6)', async () => {
  const other = await app.newApp()
  const userId = await app.givenUser()
  const sessions = [
    [app, await app.givenSession(userId)],
    [app, await app.givenSession(userId)],
    [app, await app.givenSession()],
    [other, await other.givenSession()],
  ] as const

  const answers = await Promise.all(sessions.map(([client, { path }]) => say(client, path)))

  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  expect(new Set(answers.map(({ body }) => body.turnId)).size).toBe(4)
  expect(answers.map(({ headers }) => headers.get('Idempotent-Replayed'))).toEqual([null, null, null, null])
})

test('a key is known for as long as the turn that it made is kept (faults.md B7)', async () => {
  const { path } = await app.givenSession()
  const first = await say(app, path)
  await sql`update situation_turns set received_at = received_at - interval '2 years'`.execute(
    app.database.db,
  )

  const again = await say(app, path)

  expect(again.headers.get('Idempotent-Replayed')).toBe('true')
  expect(again.body.turnId).toBe(first.body.turnId)
  expect(await say(app, path, 'Something else')).toMatchObject({ status: 422 })
})

test('a client cannot number its turns, and they are numbered without a gap (faults.md B8)', async () => {
  const { path } = await app.givenSession()
  const numbered = await app.post(`${path}/turns`, { text: WORDS, turnNumber: 3 })
  const numbers: number[] = []
  for (const text of [WORDS, 'No sugar, thank you.', 'That is all.']) {
    numbers.push((await app.post(`${path}/turns`, { text })).body.turnNumber)
  }

  expect(numbered).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
  expect(numbers).toEqual([1, 2, 3])
})

test('the end of a call that is told twice is counted once (faults.md B9)', async () => {
  const { userId } = await app.givenSession()
  const { app_id: appId } = await app.database.db
    .selectFrom('apps')
    .select('app_id')
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  const now = () => new Date('2026-11-21T09:00:00Z')
  const { db } = app.database
  const expected = createExpectedCalls()
  const ledger = createLedger({ db, now, prices: [], observe: () => {}, expected })
  const callId = '01990000-0000-7000-8000-000000000001'
  const started = { callId, attempt: 1, purpose: 'practice.reply', provider: 'openai', model: 'stub-1' }
  const finished = {
    callId,
    userId,
    outcome: 'completed' as const,
    errorCode: null,
    model: 'stub-1',
    usage: {
      basis: 'reported' as const,
      inputTokens: 50,
      cachedInputTokens: 0,
      cacheWriteTokens: null,
      outputTokens: 5,
      reasoningTokens: null,
    },
    firstTokenMs: 10,
    durationMs: 20,
    providerRequestId: null,
  }
  await ledger.started({ ...started, attribution: { appId, userId, turnId: null }, startedAt: now() })

  await ledger.finished(finished)
  await ledger.finished(finished)

  const { body } = await app.get('/v1/usage?groupBy=model&from=2026-11-21&to=2026-11-21')
  expect(body.groups).toEqual([
    expect.objectContaining({ key: 'stub-1', callCount: 1, inputTokens: 50, outputTokens: 5 }),
  ])
})
