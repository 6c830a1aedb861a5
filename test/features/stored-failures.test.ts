import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collectEvents } from '../support/read-events.ts'
import {
  OPENAI_FORMAT,
  responds,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const KEY = { 'Idempotency-Key': 'key-1' }

let vendor: StubLlmServer
let app: TestApp
beforeAll(async () => {
  vendor = await startStubLlmServer()
  app = await startTestApp({
    env: {
      MALGIL_LLM_PROVIDER: 'openai',
      MALGIL_LLM_MODEL: 'stub-1',
      OPENAI_BASE_URL: `${vendor.url}/v1`,
      OPENAI_API_KEY: 'test-key',
    },
  })
})
beforeEach(async () => {
  await app.reset()
  // Longer than anybody waits, so the turn fails at once and knows when another may succeed.
  vendor.answers(responds(429, '{}', { 'retry-after': '3600' }))
})
afterAll(async () => {
  await app.close()
  await vendor[Symbol.asyncDispose]()
})

const { begin, delta, end } = OPENAI_FORMAT
const NAMES_THE_WAY_ON = /another Idempotency-Key/

const TALKS = {
  turn: async () => `${(await app.givenSession()).path}/turns`,
  message: async () => {
    const userId = await app.givenUser()
    const begun = await app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
    return `${begun.headers.get('Location')}/messages`
  },
}

describe.each(Object.entries(TALKS))('a %s that failed (faults.md B12)', (_, givenTalk) => {
  const say = (path: string, headers: Record<string, string> = KEY) =>
    app.post(path, { text: 'Hello there.' }, { headers })

  test('is answered as final when it is sent again, and says how to go on', async () => {
    const path = await givenTalk()
    const before = vendor.requests.length
    const answers = [await say(path), await say(path), await say(path)]

    expect(answers.map(({ headers }) => headers.get('Idempotent-Replayed'))).toEqual([null, 'true', 'true'])
    for (const { status, headers, body } of answers) {
      expect({ status, body }).toMatchObject({
        status: 503,
        body: { code: 'llm.rate_limited', retryable: false, detail: expect.stringMatching(NAMES_THE_WAY_ON) },
      })
      expect(headers.get('Retry-After')).toBeNull()
    }
    expect(vendor.requests.length - before).toBe(1)
  })

  test('may be sent anew with another key', async () => {
    const path = await givenTalk()
    const failed = await say(path)
    vendor.answers(streams(`${begin}${delta('Hello!')}${end}`))

    const anew = await say(path, { 'Idempotency-Key': 'key-2' })

    expect(failed.status).toBe(503)
    expect(anew.status).toBe(201)
    expect(anew.headers.get('Idempotent-Replayed')).toBeNull()
  })

  test('is shown, and told as an event, as final', async () => {
    const path = await givenTalk()
    const { headers } = await say(path)
    const location = headers.get('Location') ?? ''

    const { body } = await app.get(location)
    const events = await collectEvents(
      await app.raw('GET', location, undefined, { Accept: 'text/event-stream' }),
    )

    const final = { retryable: false, detail: expect.stringMatching(NAMES_THE_WAY_ON) }
    expect(body.problem ?? body.reply.problem).toMatchObject(final)
    expect(events.at(-1)).toMatchObject({ event: 'problem', data: final })
  })
})
