import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { countCommits } from '../../tools/bench-gateway/count-commits.ts'
import { givenContentFolder } from '../support/content-folder.ts'
import {
  OPENAI_FORMAT,
  openAiEnv,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm, createTestClient } from '../support/test-client.ts'

const { begin, delta, end } = OPENAI_FORMAT
const sure = streams(`${begin}${delta('Sure! ')}${delta('Any sugar?')}${end}`)

const counted = countCommits()
let vendor: StubLlmServer
let app: TestApp
beforeAll(async () => {
  vendor = await startStubLlmServer()
  app = await startTestApp({ env: openAiEnv(vendor) })
})
beforeEach(() => app.reset())
afterEach(() => {
  vendor.judgements.length = 0
})
afterAll(async () => {
  await app.close()
  await vendor[Symbol.asyncDispose]()
})

describe('a practice turn commits', () => {
  async function commitsOf(body: unknown, on: TestApp = app) {
    const { path } = await on.givenSession()
    const before = counted.commits.length
    const { status, body: turn } = await on.post(`${path}/turns`, body)
    expect(status).toBe(201)
    return { turn, commits: counted.commits.length - before }
  }

  const calls = () =>
    app.database.db.selectFrom('llm_calls').select(['purpose', 'outcome']).orderBy('llm_call_id').execute()

  test('twice when it is typed, with what its reply and its judgement cost', async () => {
    vendor.answers(sure)
    const { turn, commits } = await commitsOf({ text: 'An iced americano.' })
    expect(turn).toMatchObject({
      stage: 'completed',
      reply: { text: 'Sure! Any sugar?' },
      judgement: { basis: 'judged' },
    })
    expect(commits).toBe(2)
    expect(await calls()).toEqual([
      { purpose: 'practice.reply', outcome: 'completed' },
      { purpose: 'practice.judge', outcome: 'completed' },
    ])
    const days = await app.database.db.selectFrom('usage_daily').select(['purpose', 'call_count']).execute()
    expect(days.map(({ purpose, call_count }) => [purpose, Number(call_count)]).sort()).toEqual([
      ['practice.judge', 1],
      ['practice.reply', 1],
    ])
  })

  test('twice when an author’s line answers it, and leaves no call on record', async () => {
    const { turn, commits } = await commitsOf({ text: 'Could you say that again?' })
    expect(turn).toMatchObject({ stage: 'completed', kind: 'repair' })
    expect(commits).toBe(2)
    expect(await calls()).toEqual([])
  })

  test('once more for a judgement that has to be asked for again', async () => {
    vendor.answers(sure)
    vendor.judges('It is very good!')
    const { turn, commits } = await commitsOf({ text: 'An iced americano.' })
    expect(turn).toMatchObject({ stage: 'completed', judgement: { basis: 'judged' } })
    expect(vendor.judgements).toHaveLength(2)
    expect(commits).toBe(3)
  })

  test('four times when it is spoken: also when it was heard, and when it was answered', async () => {
    vendor.answers(sure)
    const { turn, commits } = await commitsOf(await audioForm('iced-americano.webm'))
    expect(turn).toMatchObject({ stage: 'completed', assessment: { basis: 'measured' } })
    expect(commits).toBe(4)
  })

  test('twice when nobody but the author is asked', async () => {
    const scripted = await startTestApp()
    try {
      const { turn, commits } = await commitsOf({ text: 'An iced americano, please.' }, scripted)
      expect(turn).toMatchObject({ stage: 'completed', unjudgedReason: 'scripted' })
      expect(commits).toBe(2)
    } finally {
      await scripted.close()
    }
  })

  test('twice where the prompt names the model that is asked', async () => {
    await using content = await givenNamedModel('stub-2')
    const own = await startTestApp({ env: { ...openAiEnv(vendor), MALGIL_CONTENT_DIR: content.root } })
    try {
      vendor.answers(sure)
      const { turn, commits } = await commitsOf({ text: 'An iced americano.' }, own)
      expect(turn).toMatchObject({ stage: 'completed', reply: { text: 'Sure! Any sugar?' } })
      expect(vendor.requests.at(-1)?.body).toMatchObject({ model: 'stub-2' })
      expect(commits).toBe(2)
    } finally {
      await own.close()
    }
  })
})

describe('a message of a conversation commits', () => {
  async function givenConversation() {
    const { key, ...client } = await app.newApp()
    const userId = await client.givenUser()
    const begun = await client.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
    return { key, path: `${begun.headers.get('Location')}/messages` }
  }

  test('twice, with what its reply costs', async () => {
    const { key, path } = await givenConversation()
    vendor.answers(sure)
    const before = counted.commits.length
    const answer = await createTestClient(app.url, key).post(path, { text: 'Hello' })
    expect(answer).toMatchObject({ status: 201, body: { reply: { content: 'Sure! Any sugar?' } } })
    expect(counted.commits.length - before).toBe(2)
  })

  test('as often where another process has begun the conversation', async () => {
    const { key, path } = await givenConversation()
    const database = { ...app.database, close: async () => {} }
    const other = await startTestApp({ env: openAiEnv(vendor), database })
    try {
      vendor.answers(sure)
      const before = counted.commits.length
      const answer = await createTestClient(other.url, key).post(path, { text: 'Hello' })
      expect(answer).toMatchObject({ status: 201, body: { reply: { content: 'Sure! Any sugar?' } } })
      expect(counted.commits.slice(before)).toHaveLength(2)
    } finally {
      await other.close()
    }
  })
})

async function givenNamedModel(model: string) {
  const content = await givenContentFolder()
  const name = 'name: situation-reply\n'
  await content.change('prompts/situation-reply.prompt.md', name, `${name}model: openai/${model}\n`)
  return { ...content, [Symbol.asyncDispose]: content.dispose }
}
