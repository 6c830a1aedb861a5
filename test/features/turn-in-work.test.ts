import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readEvents } from '../support/read-events.ts'
import {
  NEUTRAL_JUDGEMENT,
  neverAnswers,
  OPENAI_FORMAT,
  openAiEnv,
  type StubAnswer,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const { begin, delta, end } = OPENAI_FORMAT
const sure = streams(`${begin}${delta('Sure! ')}${delta('Any sugar?')}${end}`)
const judged = streams(`${begin}${delta(JSON.stringify(NEUTRAL_JUDGEMENT))}${end}`)

describe('a typed turn that is answered and not yet judged', () => {
  let vendor: StubLlmServer
  let app: TestApp
  beforeAll(async () => {
    vendor = await startStubLlmServer()
    app = await startTestApp({ env: openAiEnv(vendor) })
  })
  beforeEach(() => app.reset())
  afterAll(async () => {
    await app.close()
    await vendor[Symbol.asyncDispose]()
  })

  /** Its events from the beginning to the whole reply, and what lets the judge answer. */
  async function givenAnsweredTurn(on: TestApp, judge: StubAnswer = judged) {
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    vendor.answersFirst(sure, (response) => held.then(() => judge(response)))
    const { path } = await on.givenSession()
    const stream = readEvents(
      await on.raw('POST', `${path}/turns`, JSON.stringify({ text: 'An iced americano.' }), {
        Accept: 'text/event-stream',
        'Content-Type': 'application/json',
      }),
    )
    const next = async () => (await stream.next()).value
    const told = []
    for (let event = await next(); event; event = await next()) {
      told.push(event)
      if (event.event === 'turn.assessed') break
    }
    const rest = async () => {
      const events = []
      for (let event = await next(); event; event = await next()) events.push(event)
      return events
    }
    return { path, turnId: told[0]?.data.turnId, told, rest, answer }
  }

  const rowOf = (on: TestApp) =>
    on.database.db
      .selectFrom('situation_turns')
      .select(['stage', 'reply_text', 'lease_owner', 'attempts', 'ended_at'])
      .executeTakeFirstOrThrow()
  const callsOf = (on: TestApp) =>
    on.database.db.selectFrom('llm_calls').select(['purpose', 'outcome']).orderBy('llm_call_id').execute()

  test('has its reply told at once, and everything stored when it ends', async () => {
    const { path, turnId, told, rest, answer } = await givenAnsweredTurn(app)
    expect([...new Set(told.map(({ event }) => event))]).toEqual([
      'turn.received',
      'turn.transcribed',
      'reply.delta',
      'reply.completed',
      'turn.assessed',
    ])
    expect((await app.get(`${path}/turns/${turnId}`)).body).toMatchObject({
      stage: 'transcribed',
      transcript: { text: 'An iced americano.' },
    })
    expect(await callsOf(app)).toEqual([
      { purpose: 'practice.reply', outcome: 'started' },
      { purpose: 'practice.judge', outcome: 'started' },
    ])
    answer()
    expect(await rest()).toMatchObject([
      {
        event: 'turn.completed',
        data: { reply: { text: 'Sure! Any sugar?' }, judgement: { basis: 'judged' } },
      },
    ])
    expect(await rowOf(app)).toMatchObject({ stage: 'completed', reply_text: 'Sure! Any sugar?' })
  })

  test('is put away and handed back when its process ends, so that nobody answers again', async () => {
    const leaving = await startTestApp({ env: openAiEnv(vendor) })
    try {
      const { rest } = await givenAnsweredTurn(leaving, neverAnswers)
      await leaving.service.turns.stop(0)
      expect(await rest()).toMatchObject([{ event: 'problem', data: { code: 'turn.delayed' } }])
      // Its one attempt does not count: it was no fault of the turn.
      expect(await rowOf(leaving)).toEqual({
        stage: 'assessed',
        reply_text: 'Sure! Any sugar?',
        lease_owner: null,
        attempts: 0,
        ended_at: null,
      })
      expect(await callsOf(leaving)).toEqual([
        { purpose: 'practice.reply', outcome: 'completed' },
        { purpose: 'practice.judge', outcome: 'started' },
      ])
    } finally {
      await leaving.close()
    }
  })

  test('is not stored by a process that has lost it, but what it cost is', async () => {
    const { answer } = await givenAnsweredTurn(app)
    await app.database.db
      .updateTable('situation_turns')
      .set({ lease_owner: crypto.randomUUID(), lease_expires_at: new Date(Date.now() + 60_000) })
      .execute()
    answer()
    await expect
      .poll(() => callsOf(app))
      .toEqual([
        { purpose: 'practice.reply', outcome: 'completed' },
        { purpose: 'practice.judge', outcome: 'completed' },
      ])
    expect(await rowOf(app)).toMatchObject({ stage: 'transcribed', reply_text: null, ended_at: null })
  })
})
