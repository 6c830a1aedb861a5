import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#base/ids.ts'
import { createApp } from '#features/identity/index.ts'
import { createExpectedCalls, createLedger, type Price } from '#features/usage/index.ts'
import { withTransaction } from '#platform/db/db.ts'
import type { Database } from '#platform/db/open-database.ts'
import { runPart } from '#platform/db/statement-part.ts'
import { emptyTables, openTestDatabase } from '../support/test-database.ts'

const NOW = new Date('2026-11-21T09:00:00Z')
const PRICE: Price = {
  id: 'small-2026',
  provider: 'openai',
  models: ['small'],
  validFrom: '2026-01-01',
  validUntil: undefined,
  microUsdPerToken: { input: 1, cachedInput: 1, cacheWrite: 1, output: 2 },
  microUsdPerAudioMinute: undefined,
}
const USAGE = {
  basis: 'reported',
  inputTokens: 50,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 5,
  reasoningTokens: 0,
} as const

describe('the call that a turn is expected to make', () => {
  let database: Database
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  beforeEach(() => emptyTables(database))
  afterAll(() => database.close())

  /** Accepted: its row is written, and the ledger knows. */
  async function givenAcceptedTurn() {
    const { db } = database
    const { appId } = await createApp({ db }, { name: `app-${newId()}` })
    const userId = newId()
    await db
      .insertInto('users')
      .values({ user_id: userId, app_id: appId, external_id: 'learner-1' })
      .execute()
    const expected = createExpectedCalls()
    const ledger = createLedger({ db, now: () => NOW, prices: [PRICE], observe: () => {}, expected })
    const turnId = newId()
    const call = { purpose: 'conversation.reply', provider: 'openai', model: 'small' }
    const likely = { ...call, userId, appId, turnId, promptVersionId: null }
    const { part, placed } = expected.place([likely], NOW)
    await runPart(db, part)
    expected.expect(turnId, placed)
    const make = async (outcome: 'completed' | 'failed', model = call.model, attempt = 1) => {
      const callId = newId()
      const attribution = { appId, userId, turnId, promptVersion: null }
      await ledger.started({ ...call, model, callId, attempt, attribution, startedAt: NOW })
      const rest = { firstTokenMs: 10, durationMs: 20, providerRequestId: null, usage: USAGE }
      const errorCode = outcome === 'failed' ? 'llm.unavailable' : null
      await ledger.finished({ callId, userId, outcome, errorCode, model, ...rest })
    }
    const rows = () =>
      db.selectFrom('llm_calls').select(['model', 'outcome']).orderBy('llm_call_id').execute()
    const counted = async () =>
      (await db.selectFrom('usage_daily').select('call_count').execute()).map((day) => Number(day.call_count))
    return { db, expected, appId, userId, turnId, make, rows, counted }
  }

  test('is on record from the beginning, and its end comes with the reply', async () => {
    const { db, expected, turnId, make, rows, counted } = await givenAcceptedTurn()
    await make('completed')
    expect(await rows()).toEqual([{ model: 'small', outcome: 'started' }])
    const { part, settled } = expected.settle({ turnId, isLast: true })
    await runPart(db, part)
    settled()
    await expected.close(db, turnId)
    expect(await rows()).toEqual([{ model: 'small', outcome: 'completed' }])
    expect(await counted()).toEqual([1])
  })

  test('counts in what its app and its user have spent until it is stored', async () => {
    const { db, expected, appId, userId, turnId, make } = await givenAcceptedTurn()
    await make('completed')
    expect(expected.unsettledOf({ appId, userId })).toEqual({ app: 60, user: 60 })
    expect(expected.unsettledOf({ appId, userId: newId() })).toEqual({ app: 60, user: 0 })
    expect(expected.unsettledOf({ appId: newId(), userId })).toEqual({ app: 0, user: 0 })
    expect(expected.unsettledOfTurns([newId(), turnId])).toBe(60)
    const { part, settled } = expected.settle({ turnId, isLast: false })
    await runPart(db, part)
    settled()
    expect(expected.unsettledOf({ appId, userId })).toEqual({ app: 0, user: 0 })
    expect(expected.unsettledOfTurns([turnId])).toBe(0)
  })

  test('is followed by others, whose ends are kept back as well', async () => {
    const { db, expected, turnId, make, rows, counted } = await givenAcceptedTurn()
    await make('completed')
    await make('completed')
    expect(await rows()).toMatchObject([{ outcome: 'started' }, { outcome: 'started' }])
    const { part, settled } = expected.settle({ turnId, isLast: true })
    await runPart(db, part)
    settled()
    expect(await rows()).toMatchObject([{ outcome: 'completed' }, { outcome: 'completed' }])
    expect(await counted()).toEqual([2])
  })

  test('is counted although the reply could not be stored, and once', async () => {
    const { db, expected, turnId, make, rows, counted } = await givenAcceptedTurn()
    await make('completed')
    const failing = withTransaction(db, async (tx) => {
      await runPart(tx, expected.settle({ turnId, isLast: true }).part)
      throw new Error('the reply cannot be stored')
    })
    await expect(failing).rejects.toThrow('cannot be stored')
    await expected.close(db, turnId)
    await expected.close(db, turnId)
    expect(await rows()).toEqual([{ model: 'small', outcome: 'completed' }])
    expect(await counted()).toEqual([1])
  })

  test('that failed is on record at once, before another is made', async () => {
    const { db, expected, turnId, make, rows } = await givenAcceptedTurn()
    await make('failed')
    expect(await rows()).toEqual([{ model: 'small', outcome: 'failed' }])
    await make('completed', 'small', 2)
    await expected.close(db, turnId)
    expect(await rows()).toEqual([
      { model: 'small', outcome: 'failed' },
      { model: 'small', outcome: 'completed' },
    ])
  })

  test('is taken back when another was made in its place, or none', async () => {
    const other = await givenAcceptedTurn()
    await other.make('completed', 'large')
    await other.expected.close(other.db, other.turnId)
    expect(await other.rows()).toEqual([{ model: 'large', outcome: 'completed' }])

    await emptyTables(database)
    const none = await givenAcceptedTurn()
    await none.expected.close(none.db, none.turnId)
    expect(await none.rows()).toEqual([])
  })
})
