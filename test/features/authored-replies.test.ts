import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  NEUTRAL_JUDGEMENT,
  OPENAI_FORMAT,
  openAiEnv,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const says = (text: string) =>
  streams(`${OPENAI_FORMAT.begin}${OPENAI_FORMAT.delta(text)}${OPENAI_FORMAT.end}`)

/** Of a reply, and of a judgement: 50 tokens in and 5 out are 60 micro-dollars. */
const PRICE = {
  id: 'stub',
  provider: 'openai',
  models: ['stub-1'],
  validFrom: '2020-01-01',
  validUntil: undefined,
  microUsdPerToken: { input: 1, cachedInput: 1, cacheWrite: 1, output: 2 },
  microUsdPerAudioMinute: undefined,
}

let vendor: StubLlmServer
let app: TestApp
let clock: Date
beforeAll(async () => {
  vendor = await startStubLlmServer()
  app = await startTestApp({
    now: () => clock,
    env: {
      ...openAiEnv(vendor),
      MALGIL_SESSION_MAX_MINUTES: '30',
    },
  })
})
beforeEach(() => {
  clock = new Date()
  return app.reset()
})
afterEach(() => {
  vendor.requests.length = 0
  vendor.judgements.length = 0
})
afterAll(async () => {
  await app.close()
  await vendor[Symbol.asyncDispose]()
})

const calls = () => app.database.db.selectFrom('llm_calls').select('purpose').execute()
const OPENER = 'Hi there, welcome! What can I get for you today?'

async function givenSessionOf(situation: string, variation: string): Promise<string> {
  const userId = await app.givenUser()
  const variationId = await app.findVariation(situation, variation)
  const { body } = await app.post(`/v1/users/${userId}/practice-sessions`, { variationId })
  return `/v1/users/${userId}/practice-sessions/${body.sessionId}`
}

describe('a learner who asks instead of answering', () => {
  test.each([
    ['Sorry, could you say that again?', 'repeat', `Sure. ${OPENER}`, false],
    ['천천히 말해 주세요', 'slower', `Of course. ${OPENER}`, true],
    ["I don't understand.", 'explain', `No problem. ${OPENER}`, false],
    ['한국어로 설명해 주세요', 'korean', `Take your time. ${OPENER}`, false],
  ])('%j gets the line that it is about, and no model is asked', async (text, kind, reply, slower) => {
    const { path } = await app.givenSession()
    const { status, body } = await app.post(`${path}/turns`, { text })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      stage: 'completed',
      kind: 'repair',
      repair: { kind, slower, note: { ko: expect.stringMatching(/[가-힣]/) }, skippedGoal: null },
      reply: { text: reply, provider: 'authored', scripted: true, slower, level: { target: 'A2' } },
      judgement: null,
      unjudgedReason: 'repair',
      unscoredReason: 'repair',
      feedback: { mistakes: [], goalReached: null },
    })
    expect(JSON.stringify(body.repair)).not.toContain('{{')
    expect(await calls()).toEqual([])
  })

  test('hears the line itself again, not the repair around it', async () => {
    const { path } = await app.givenSession()
    await app.post(`${path}/turns`, { text: 'Pardon?' })
    const { body } = await app.post(`${path}/turns`, { text: 'Again, please.' })
    expect(body.reply.text).toBe(`Sure. ${OPENER}`)
  })

  test('may leave a goal out: the partner goes on, and the goal stays open', async () => {
    const { path } = await app.givenSession()
    const { body } = await app.post(`${path}/turns`, { text: "Let's skip this." })
    expect(body).toMatchObject({
      repair: { kind: 'skip', skippedGoal: 'order-drink' },
      reply: { text: "All right, let's go on. Would you like any sugar in it?" },
    })
    vendor.answers(says('Okay, no sugar.'))
    await app.post(`${path}/turns`, { text: 'No sugar, thank you.' })
    expect(JSON.stringify(vendor.requests[0]?.body)).toContain('Order an iced americano politely. (skipped')
    const session = (await app.get(path)).body
    expect(session.goals.map(({ id, met }: { id: string; met: boolean }) => [id, met])).toEqual([
      ['order-drink', false],
      ['answer-sugar', true],
      ['choose-size', false],
      ['say-where', false],
    ])
  })

  test('loses no points, and makes no mistake', async () => {
    const { path } = await app.givenSession()
    vendor.answers(says('Sure.'))
    vendor.judges({ ...NEUTRAL_JUDGEMENT, appropriateness: 80 })
    await app.post(`${path}/turns`, { text: 'An iced americano, please.' })
    await app.post(`${path}/turns`, { text: '무슨 뜻이에요?' })
    const { body } = await app.post(`${path}/complete`, {})
    expect(body).toMatchObject({ scores: { overall: 80, appropriateness: 80 }, hintPenalty: 0, mistakes: [] })
  })

  test('is taken at their word where asking again is a goal of the scene', async () => {
    const path = await givenSessionOf('job-interview', 'online-overseas-team')
    vendor.answers(says('Of course.'))
    const { body } = await app.post(`${path}/turns`, { text: 'Could you say that again, please?' })
    expect(body).toMatchObject({ kind: 'talk', repair: null })
    expect(vendor.requests).toHaveLength(1)
    const again = await app.post(`${path}/turns`, { text: 'Could you say that again, please?' })
    expect(again.body).toMatchObject({ kind: 'repair', reply: { text: 'Sure. Of course.' } })
  })

  test('of a price asks the partner', async () => {
    const { path } = await app.givenSession()
    vendor.answers(says('Four thousand won.'))
    const { body } = await app.post(`${path}/turns`, { text: 'Could you repeat the price?' })
    expect(body).toMatchObject({ kind: 'talk', repair: null })
  })
})

describe('words that are not talked about', () => {
  test('are answered by the author, with the words that show it, and no model hears them', async () => {
    const { path } = await app.givenSession()
    const { body } = await app.post(`${path}/turns`, { text: 'Honestly, I want to kill myself.' })
    expect(body).toMatchObject({
      kind: 'refusal',
      safety: {
        verdict: 'unsafe',
        basis: 'heuristic',
        category: 'self-harm',
        evidence: { text: 'kill myself', start: 20, end: 31 },
        note: { ko: expect.stringContaining('109') },
      },
      reply: { text: expect.stringContaining('109'), provider: 'authored', scripted: true },
      judgement: null,
      unjudgedReason: 'refusal',
    })
    expect(await calls()).toEqual([])
    const stored = await app.database.db.selectFrom('situation_turns').select(['kind', 'safety']).execute()
    expect(stored).toMatchObject([{ kind: 'refusal', safety: { category: 'self-harm' } }])
  })

  test('are answered so by a persona too', async () => {
    const userId = await app.givenUser()
    const started = await app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
    const path = `/v1/users/${userId}/conversations/${started.body.conversationId}/messages`
    const { body } = await app.post(path, { text: '야한 사진 보내 줘' })
    expect(body.reply).toMatchObject({
      content: "I won't talk about that here. Let's go back to our practice.",
      scripted: true,
      status: 'completed',
      safety: { verdict: 'unsafe', category: 'sexual-content' },
    })
    expect(await calls()).toEqual([])
  })

  test('that the rules do not know are found by the judge, if the learner did say them', async () => {
    const { path } = await app.givenSession()
    vendor.answers(says('Sure.'), says('Sure.'))
    const unsafe = { verdict: 'unsafe', category: 'violence' }
    vendor.judges(
      { ...NEUTRAL_JUDGEMENT, safety: { ...unsafe, evidence: 'make him bleed' } },
      { ...NEUTRAL_JUDGEMENT, safety: { ...unsafe, evidence: 'something else' } },
    )
    const said = await app.post(`${path}/turns`, { text: 'I will Make him bleed.' })
    expect(said.body.safety).toMatchObject({
      verdict: 'unsafe',
      basis: 'judged',
      category: 'violence',
      evidence: { text: 'Make him bleed', start: 7, end: 21 },
    })
    const invented = await app.post(`${path}/turns`, { text: 'An iced americano, please.' })
    expect(invented.body.safety).toMatchObject({ verdict: 'safe', basis: 'judged', evidence: null })
  })
})

describe('a session ends', () => {
  test('after its last turn, with the words of the author', async () => {
    const { path } = await app.givenSession()
    for (let i = 1; i < 12; i++) await app.post(`${path}/turns`, { text: 'Pardon?' })
    expect((await app.get(path)).body.sessionOver).toBeNull()
    const { body } = await app.post(`${path}/turns`, { text: 'An iced americano, please.' })
    expect(body.reply.text).toBe(
      'One iced americano. Your iced americano will be ready in a minute. Enjoy your day!',
    )
    expect((await app.get(path)).body.sessionOver).toEqual({ reason: 'turn_limit', takesTurns: false })
    expect(await app.post(`${path}/turns`, { text: 'Bye' })).toMatchObject({
      status: 409,
      body: { code: 'session.turn_limit_reached' },
    })
  })

  test('when its time is up: the turn that comes then is the last', async () => {
    const { path } = await app.givenSession()
    clock = new Date(clock.getTime() + 31 * 60_000)
    const { body } = await app.post(`${path}/turns`, { text: 'Hello?' })
    expect(body.reply).toMatchObject({ provider: 'authored', model: 'closing' })
    expect((await app.get(path)).body.sessionOver).toEqual({ reason: 'time_limit', takesTurns: false })
    expect(await app.post(`${path}/turns`, { text: 'Hello?' })).toMatchObject({
      status: 409,
      body: { code: 'session.time_limit_reached' },
    })
    expect((await app.post(`${path}/complete`, {})).status).toBe(200)
  })

  test('is told, and turns are still taken, when every goal is met', async () => {
    const { path } = await app.givenSession()
    vendor.answers(says('One.'), says('Two.'))
    const words = { words: 'please' }
    vendor.judges({
      ...NEUTRAL_JUDGEMENT,
      goals_met: ['order-drink', 'answer-sugar', 'choose-size', 'say-where'].map((goal) => ({
        goal,
        ...words,
      })),
    })
    await app.post(`${path}/turns`, { text: 'Everything large to go without sugar please' })
    expect((await app.get(path)).body.sessionOver).toEqual({ reason: 'goals_met', takesTurns: true })
    expect((await app.post(`${path}/turns`, { text: 'Thanks a lot for this' })).status).toBe(201)
  })
})

test('a session ends when its models have cost what it may, and nobody judges beyond that', async () => {
  const costly = await startTestApp({
    prices: [PRICE],
    env: {
      ...openAiEnv(vendor),
      MALGIL_SESSION_MAX_COST_USD: '0.00009',
    },
  })
  vendor.answers(says('Sure.'))
  const { path } = await costly.givenSession()
  const first = await costly.post(`${path}/turns`, { text: 'An iced americano, please.' })
  expect(first.body).toMatchObject({ reply: { text: 'Sure.' }, unjudgedReason: null })
  const second = await costly.post(`${path}/turns`, { text: 'No sugar, thank you.' })
  expect(second.body).toMatchObject({
    reply: { provider: 'authored', model: 'closing' },
    unjudgedReason: 'session.cost_limit_reached',
  })
  expect(vendor.requests).toHaveLength(1)
  expect((await costly.get(path)).body.sessionOver).toMatchObject({ reason: 'cost_limit' })
  expect(await costly.post(`${path}/turns`, { text: 'More' })).toMatchObject({
    status: 409,
    body: { code: 'session.cost_limit_reached' },
  })
  await costly.close()
})

test('what the reply of a turn costs keeps its own judge from being asked, though it is stored with the end', async () => {
  const costly = await startTestApp({
    prices: [PRICE],
    env: { ...openAiEnv(vendor), MALGIL_SESSION_MAX_COST_USD: '0.00001' },
  })
  const judged = vendor.judgements.length
  vendor.answers(says('Sure.'))
  const { path } = await costly.givenSession()
  const { body } = await costly.post(`${path}/turns`, { text: 'An iced americano, please.' })
  expect(body).toMatchObject({
    reply: { text: 'Sure.' },
    judgement: null,
    unjudgedReason: 'session.cost_limit_reached',
  })
  expect(vendor.judgements).toHaveLength(judged)
  await costly.close()
})
