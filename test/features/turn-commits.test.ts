import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { countCommits } from '../../tools/bench-gateway/count-commits.ts'
import {
  OPENAI_FORMAT,
  openAiEnv,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

const { begin, delta, end } = OPENAI_FORMAT

describe('what a practice turn commits', () => {
  const counted = countCommits()
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

  async function commitsOf(body: unknown) {
    const { path } = await app.givenSession()
    vendor.answers(streams(begin + delta('Sure! ') + delta('Any sugar?') + end))
    const before = counted.commits.length
    const answer = await app.post(`${path}/turns`, body)
    const commits = counted.commits.slice(before)
    return { answer, commits }
  }

  test('text', async () => {
    const { answer, commits } = await commitsOf({ text: 'An iced americano.' })
    expect(answer).toMatchObject({
      status: 201,
      body: { stage: 'completed', judgement: { basis: 'judged' } },
    })
    console.log(commits)
  })
  test('audio', async () => {
    const { answer, commits } = await commitsOf(await audioForm('iced-americano.webm'))
    expect(answer).toMatchObject({ status: 201, body: { stage: 'completed' } })
    console.log(commits)
  })
})
