import { execFile } from 'node:child_process'
import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMalgilClient, type MalgilClient, MalgilError } from '../../src/client/index.ts'
import { readReadmeProgram } from '../support/client-project.ts'
import { REPOSITORY } from '../support/repository.ts'
import {
  OPENAI_FORMAT,
  openAiEnv,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { FIXTURE_AUDIO } from '../support/test-client.ts'
import { until } from '../support/until.ts'

const TURNS = 'POST /v1/users/{userId}/practice-sessions/{sessionId}/turns'
const run = promisify(execFile)

async function thrownBy(work: Promise<unknown>): Promise<MalgilError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof MalgilError) return error
  throw new Error('No MalgilError was thrown', { cause: error })
}

describe('the client against the running service', () => {
  let app: TestApp
  let key: string
  let malgil: MalgilClient
  beforeAll(async () => {
    app = await startTestApp()
  })
  beforeEach(async () => {
    await app.reset()
    key = (await app.newApp()).key
    malgil = createMalgilClient({ baseUrl: app.url, apiKey: key })
  })
  afterAll(() => app.close())

  async function givenSession() {
    const { userId } = await malgil.call('PUT /v1/users/by-external-id/{externalId}', {
      path: { externalId: 'learner 1/2' },
      body: { languageLevel: 'beginner' },
    })
    const variationId = await app.findVariation('cafe-ordering', 'iced-americano-dongseong-ro')
    const session = await malgil.call('POST /v1/users/{userId}/practice-sessions', {
      path: { userId },
      body: { variationId },
    })
    return { userId, sessionId: session.sessionId, opener: session.opener }
  }

  test('plays a session: a learner, a text turn, a spoken turn, a hint, the end', async () => {
    const { opener, ...path } = await givenSession()
    expect(opener).not.toBe('')

    const typed = await malgil.call(TURNS, { path, body: { text: 'Can I get an iced americano, please?' } })
    expect(typed).toMatchObject({ stage: 'completed', turnNumber: 1, reply: { scripted: true } })

    const audio = await openAsBlob(join(FIXTURE_AUDIO, 'iced-americano.webm'))
    const spoken = await malgil.call(TURNS, { path, form: { audio } })
    expect(spoken.assessment?.scores.overall).toBeGreaterThan(0)

    const hint = await malgil.call('POST /v1/users/{userId}/practice-sessions/{sessionId}/hints', { path })
    expect(hint.level).toBe(1)

    const session = await malgil.call('POST /v1/users/{userId}/practice-sessions/{sessionId}/complete', {
      path,
      body: { satisfactionRating: 5 },
    })
    expect(session).toMatchObject({ status: 'completed', satisfactionRating: 5, hintsGiven: 1 })
    expect(session.turns).toHaveLength(2)
  })

  test('reads the events of a turn, text and sound, to the end', async () => {
    const { userId, sessionId } = await givenSession()
    const path = { userId, sessionId }
    const names: string[] = []
    let reply = ''
    for await (const event of malgil.stream(TURNS, {
      path,
      body: { text: 'Can I get an iced americano, please?' },
    })) {
      names.push(event.event)
      if (event.event === 'reply.delta') reply += event.data.text
      if (event.event === 'turn.completed') expect(event.data.reply?.text).toBe(reply)
    }
    expect([...new Set(names)]).toEqual([
      'turn.received',
      'turn.transcribed',
      'reply.delta',
      'reply.completed',
      'turn.assessed',
      'turn.completed',
    ])

    const form = { audio: await openAsBlob(join(FIXTURE_AUDIO, 'iced-americano.webm')) }
    const spoken = await Array.fromAsync(malgil.stream(TURNS, { path, form }))
    expect(spoken.find(({ event }) => event === 'turn.assessed')).toMatchObject({
      data: { assessment: { basis: 'measured' } },
    })
  })

  test('reads the events of a spoken message, its words and its scores among them', async () => {
    const { userId } = await givenSession()
    const { conversationId } = await malgil.call('POST /v1/users/{userId}/conversations', {
      path: { userId },
      body: { personaId: 'daegu-friend' },
    })
    const audio = await openAsBlob(join(FIXTURE_AUDIO, 'iced-americano.webm'))
    const transcript = 'Can I get an iced americano, please?'
    const events = await Array.fromAsync(
      malgil.stream('POST /v1/users/{userId}/conversations/{conversationId}/messages', {
        path: { userId, conversationId },
        form: { audio, transcript },
      }),
    )
    const heard = events.find((event) => event.event === 'message.transcribed')
    expect(heard?.data.message.content).toBe(transcript)
    const assessed = events.find((event) => event.event === 'message.assessed')
    expect(assessed?.data.message.speech?.assessment?.scores.overall).toBeGreaterThan(0)
    expect(events.at(-1)?.event).toBe('message.completed')
  })

  test('gives the bytes of a recording back', async () => {
    const { userId, sessionId } = await givenSession()
    const file = join(FIXTURE_AUDIO, 'iced-americano.webm')
    const turn = await malgil.call(TURNS, {
      path: { userId, sessionId },
      form: { audio: await openAsBlob(file) },
    })
    const kept = await malgil.call('GET /v1/users/{userId}/recordings/{recordingId}', {
      path: { userId, recordingId: turn.input.recordingId ?? '' },
    })
    expect(Buffer.from(await kept.arrayBuffer())).toEqual(await readFile(file))
  })

  test('throws a problem as a typed error, of a call and of a stream', async () => {
    const { userId, sessionId } = await givenSession()
    const invalid = await thrownBy(
      malgil.call('POST /v1/users/{userId}/practice-sessions', {
        path: { userId },
        body: { variationId: 'none' },
      }),
    )
    expect(invalid).toMatchObject({
      code: 'request.invalid',
      status: 400,
      problem: { errors: [{ path: 'variationId' }], requestId: expect.any(String) },
    })

    const silence = await openAsBlob(join(FIXTURE_AUDIO, 'silence.wav'))
    const events = malgil.stream(TURNS, { path: { userId, sessionId }, form: { audio: silence } })
    const unheard = await thrownBy(Array.fromAsync(events))
    expect(unheard).toMatchObject({ code: 'audio.no_speech', status: 422 })

    const stranger = createMalgilClient({ baseUrl: app.url, apiKey: 'malgil_wrong', retries: 0 })
    expect(await thrownBy(stranger.call('GET /v1/personas'))).toMatchObject({ status: 401 })
  })

  test('repeats a call that did not get through, with one key, so that it is done once', async () => {
    const { userId, sessionId } = await givenSession()
    let count = 0
    const loses: typeof fetch = async (...request) => {
      const answer = await fetch(...request)
      count += 1
      if (count > 2) return answer
      await answer.text()
      throw new TypeError('the answer was lost')
    }
    const unlucky = createMalgilClient({ baseUrl: app.url, apiKey: key, fetch: loses })
    const turn = await unlucky.call(TURNS, {
      path: { userId, sessionId },
      body: { text: 'An iced americano, please.' },
    })
    expect(turn.turnNumber).toBe(1)
    expect(count).toBe(3)
    const session = await malgil.call('GET /v1/users/{userId}/practice-sessions/{sessionId}', {
      path: { userId, sessionId },
    })
    expect(session.turns).toHaveLength(1)
  })

  test('gives up with a code of its own where nobody answers, or something else does', async () => {
    const nobody = createMalgilClient({ baseUrl: 'http://127.0.0.1:9', retries: 0 })
    expect(await thrownBy(nobody.call('GET /v1/personas'))).toMatchObject({
      code: 'client.unreachable',
      status: 0,
    })
    const page = async () => new Response('<h1>Bad gateway</h1>', { status: 502 })
    const proxy = createMalgilClient({ baseUrl: app.url, fetch: page, retries: 0 })
    expect(await thrownBy(proxy.call('GET /v1/personas'))).toMatchObject({
      code: 'client.unexpected_answer',
      status: 502,
    })
  })

  test('the program of the README runs in a checkout too, where the client is malgil/client', async () => {
    const program = (await readReadmeProgram()).replace("'malgil-client'", "'malgil/client'")
    const env = { PATH: process.env.PATH, MALGIL_URL: app.url, MALGIL_KEY: key }
    const { stdout } = await run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', program],
      { cwd: REPOSITORY, env },
    )
    expect(stdout).toMatch(/overall: \d+/)
    expect(stdout).toMatch(/score: \d+/)
  })
})

describe('a stream that the network cuts', () => {
  let vendor: StubLlmServer
  let app: TestApp
  beforeAll(async () => {
    vendor = await startStubLlmServer()
    app = await startTestApp({
      env: openAiEnv(vendor),
    })
  })
  beforeEach(() => app.reset())
  afterAll(async () => {
    await app.close()
    await vendor[Symbol.asyncDispose]()
  })

  const { begin, delta, end } = OPENAI_FORMAT

  /** A conversation, whose messages are `stream`ed over a `fetch` of the test. */
  async function givenConversation(ask: typeof fetch, baseUrl = app.url) {
    const { key } = await app.newApp()
    const malgil = createMalgilClient({ baseUrl, apiKey: key, fetch: ask })
    const { userId } = await malgil.call('PUT /v1/users/by-external-id/{externalId}', {
      path: { externalId: 'learner-1' },
      body: {},
    })
    const { conversationId } = await malgil.call('POST /v1/users/{userId}/conversations', {
      path: { userId },
      body: { personaId: 'daegu-friend' },
    })
    return { malgil, path: { userId, conversationId } }
  }

  test('goes on after the last event, and nothing is said twice or left out', async () => {
    let goOn = () => {}
    const cut = new Promise<void>((resolve) => {
      goOn = resolve
    })
    vendor.answers(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`${begin}${delta('Apsan ')}${delta('is ')}`)
      await cut
      response.end(`${delta('lovely ')}${delta('today.')}${end}`)
    })
    const requests: { method: string; lastEventId: string | null }[] = []
    const { hostname, port } = new URL(app.url)
    const line = await startTcpProxy({ host: hostname, port: Number(port) })
    const { malgil, path } = await givenConversation(async (input, init) => {
      const headers = new Headers(init?.headers)
      const isStream = headers.get('Accept') === 'text/event-stream'
      if (!isStream) return fetch(input, init)
      requests.push({ method: init?.method ?? '', lastEventId: headers.get('Last-Event-ID') })
      const answer = await fetch(input, init)
      if (requests.length === 2) goOn()
      return answer
    }, `http://127.0.0.1:${line.port}`)

    const deltas: string[] = []
    let last = ''
    const events = malgil.stream('POST /v1/users/{userId}/conversations/{conversationId}/messages', {
      path,
      body: { text: 'I walked up Apsan.' },
    })
    for await (const event of events) {
      last = event.event
      if (event.event !== 'reply.delta') continue
      deltas.push(event.data.text)
      if (deltas.length !== 1) continue
      line.fail()
      line.heal()
    }
    await line.close()
    expect(deltas.join('')).toBe('Apsan is lovely today.')
    expect(last).toBe('message.completed')
    expect(requests).toEqual([
      { method: 'POST', lastEventId: null },
      { method: 'GET', lastEventId: expect.stringMatching(/^3\.1\.\d+$/) },
    ])
    expect(vendor.requests).toHaveLength(1)
  })

  test('what was said while the line was down is in the whole reply', async () => {
    vendor.answers(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`${begin}${delta('Apsan ')}`)
      await down
      response.end(`${delta('is lovely.')}${end}`)
    })
    let hangUp = () => {}
    const down = new Promise<void>((resolve) => {
      hangUp = resolve
    })
    const line = new AbortController()
    let streams = 0
    const { malgil, path } = await givenConversation(async (input, init) => {
      if (new Headers(init?.headers).get('Accept') !== 'text/event-stream') return fetch(input, init)
      streams += 1
      if (streams === 1) return fetch(input, { ...init, signal: line.signal })
      const messages = () => app.database.db.selectFrom('messages').select('status').execute()
      await until('the reply', messages, (all) => !all.some(({ status }) => status === 'pending'))
      return fetch(input, init)
    })
    const events = malgil.stream('POST /v1/users/{userId}/conversations/{conversationId}/messages', {
      path,
      body: { text: 'I walked up Apsan.' },
    })
    let whole = ''
    for await (const event of events) {
      if (event.event === 'reply.completed') whole = event.data.reply.content
      if (event.event !== 'reply.delta') continue
      line.abort()
      hangUp()
    }
    expect(whole).toBe('Apsan is lovely.')
  })

  test('one that is silent without a heartbeat is lost, and after some tries the reader is told', async () => {
    let opened = 0
    const silent = async () => {
      opened += 1
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('retry: 1\n\n')),
      })
      return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
    }
    const malgil = createMalgilClient({
      baseUrl: app.url,
      fetch: silent,
      heartbeatTimeoutMs: 20,
      reconnects: 2,
    })
    const path = { userId: 'u', conversationId: 'c' }
    const events = malgil.stream('POST /v1/users/{userId}/conversations/{conversationId}/messages', {
      path,
      body: { text: 'Hello?' },
    })
    expect(await thrownBy(Array.fromAsync(events))).toMatchObject({ code: 'client.stream_lost' })
    expect(opened).toBe(3)
  })

  test('an abort ends the stream with the reason that was given', async () => {
    vendor.answers(streams(`${begin}${delta('Well, ')}`, 'stall'))
    const { malgil, path } = await givenConversation(fetch)
    const leave = new AbortController()
    const events = malgil.stream('POST /v1/users/{userId}/conversations/{conversationId}/messages', {
      path,
      body: { text: 'Hello!' },
      signal: leave.signal,
    })
    const heard: string[] = []
    const listening = (async () => {
      for await (const { event } of events) {
        heard.push(event)
        if (event === 'reply.delta') leave.abort(new Error('the learner left'))
      }
    })()
    await expect(listening).rejects.toThrow('the learner left')
    expect(heard).toEqual(['message.received', 'reply.delta'])
  })
})
