import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collectEvents, readEvents } from '../support/read-events.ts'
import {
  OPENAI_FORMAT,
  openAiEnv,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const { begin, delta, end } = OPENAI_FORMAT
const SSE = { Accept: 'text/event-stream', 'Content-Type': 'application/json' }

let vendor: StubLlmServer
let app: TestApp
beforeAll(async () => {
  vendor = await startStubLlmServer()
  app = await startTestApp({
    env: openAiEnv(vendor),
  })
})
beforeEach(() => app.reset())
afterEach(() => {
  vendor.requests.length = 0
})
afterAll(async () => {
  await app.close()
  await vendor[Symbol.asyncDispose]()
})

const call = () =>
  app.database.db
    .selectFrom('llm_calls')
    .select(['outcome', 'error_code', 'usage_basis', 'output_tokens'])
    .where('purpose', 'in', ['practice.reply', 'conversation.reply'])
    .executeTakeFirst()

const say = (path: string, text: string) => app.raw('POST', path, JSON.stringify({ text }), SSE)

async function givenConversation(): Promise<string> {
  const userId = await app.givenUser()
  const { headers } = await app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
  return headers.get('Location') ?? ''
}

/** Reads up to the first piece of the reply, then is gone. */
async function leaveInTheMiddle(response: Response): Promise<void> {
  for await (const { event } of readEvents(response)) if (event === 'reply.delta') break
}

describe('a client that leaves in the middle of a reply', () => {
  test('stops the model; the turn keeps what was said, and the usage is estimated (faults.md C9)', async () => {
    const { path } = await app.givenSession()
    vendor.answers(streams(begin + delta('Sure. One iced'), 'stall'))

    await leaveInTheMiddle(await say(`${path}/turns`, 'An iced americano, please.'))

    expect(await vendor.requests[0]?.closed).toBe('cut')
    const { turns } = await app.eventually(path, (session) => session.turns[0].endedAt !== null)
    expect(turns[0]).toMatchObject({
      stage: 'failed',
      transcript: { text: 'An iced americano, please.' },
      reply: { text: 'Sure.', finish: 'interrupted', scripted: false },
      problem: { code: 'llm.aborted' },
    })
    expect(await call()).toEqual({
      outcome: 'aborted',
      error_code: 'llm.aborted',
      usage_basis: 'estimated',
      output_tokens: 4,
    })
  })

  test('stops the persona too, and finds the words when it comes back (faults.md C9)', async () => {
    const path = await givenConversation()
    vendor.answers(streams(begin + delta('[happy] Sure, I '), 'stall'))

    await leaveInTheMiddle(await say(`${path}/messages`, 'Do you like coffee?'))

    expect(await vendor.requests[0]?.closed).toBe('cut')
    const { messages } = await app.eventually(path, (talk) => talk.messages.items[0].status !== 'pending')
    expect(messages.items[0]).toMatchObject({
      content: 'Sure, I',
      status: 'interrupted',
      problem: { code: 'llm.aborted' },
    })
    expect(await call()).toMatchObject({ outcome: 'aborted', usage_basis: 'estimated' })
  })

  test('does not stop what was asked for without a stream', async () => {
    const { path } = await app.givenSession()
    let open = () => {}
    vendor.answers(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(begin + delta('Sure.'))
      await new Promise<void>((resolve) => {
        open = resolve
      })
      response.end(end)
    })
    const client = new AbortController()
    const body = JSON.stringify({ text: 'Hello' })
    const headers = { ...app.authorization(), 'Content-Type': 'application/json' }
    const waiting = fetch(`${app.url}${path}/turns`, { method: 'POST', body, headers, signal: client.signal })
    await expect.poll(() => vendor.requests.length).toBe(1)
    client.abort()
    await waiting.catch(() => undefined)
    open()

    const { turns } = await app.eventually(path, (session) => session.turns[0]?.endedAt)
    expect(turns[0]).toMatchObject({ stage: 'completed', reply: { text: 'Sure.' } })
  })
})

describe('a reply that breaks off after its first piece', () => {
  test('ends with a problem; the turn keeps the piece as interrupted and the next turn knows it (faults.md C7)', async () => {
    const { path } = await app.givenSession()
    vendor.answers(streams(begin + delta('Sure. One ic')))

    const events = await collectEvents(await say(`${path}/turns`, 'An iced americano, please.'))

    expect(events.map(({ event }) => event)).toEqual([
      'turn.received',
      'turn.transcribed',
      'reply.delta',
      'problem',
    ])
    expect(events.at(-1)?.data).toMatchObject({ code: 'llm.bad_response', status: 503 })
    const { turns } = (await app.get(path)).body
    expect(turns[0]).toMatchObject({
      stage: 'failed',
      reply: { text: 'Sure.', finish: 'interrupted' },
      problem: { code: 'llm.bad_response' },
    })

    vendor.answers(streams(begin + delta('Sorry: one iced americano.') + end))
    await app.post(`${path}/turns`, { text: 'Why?' })
    expect(vendor.requests[1]?.body).toMatchObject({
      messages: [
        { role: 'system' },
        { role: 'assistant' },
        { role: 'user', content: '<learner>An iced americano, please.</learner>' },
        { role: 'assistant', content: 'Sure.' },
        { role: 'user', content: '<learner>Why?</learner>' },
      ],
    })
  })
})
