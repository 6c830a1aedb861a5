import { once } from 'node:events'
import { createServer } from 'node:http'
import express from 'express'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openEventStream } from '#platform/http/event-stream.ts'
import { givenAtCommit } from '../support/at-commit.ts'
import { collectEvents, readEvents } from '../support/read-events.ts'
import {
  neverAnswers,
  OPENAI_FORMAT,
  openAiEnv,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { isOnServer } from '../support/test-database.ts'
import { until } from '../support/until.ts'

const { begin, delta, end } = OPENAI_FORMAT

describe('the stream of a message', () => {
  let vendor: StubLlmServer
  let app: TestApp
  beforeAll(async () => {
    vendor = await startStubLlmServer()
    app = await startTestApp({
      env: {
        ...openAiEnv(vendor),
        MALGIL_MAX_REPLIES: '2',
      },
    })
  })
  beforeEach(() => app.reset())
  afterAll(async () => {
    await app.close()
    await vendor[Symbol.asyncDispose]()
  })

  async function givenConversation() {
    const userId = await app.givenUser()
    const { body } = await app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
    return `/v1/users/${userId}/conversations/${body.conversationId}`
  }
  const listenTo = (path: string, headers: Record<string, string> = {}) =>
    app.raw('POST', `${path}/messages`, JSON.stringify({ text: 'Hello!' }), {
      Accept: 'text/event-stream',
      'Content-Type': 'application/json',
      ...headers,
    })
  const calls = () =>
    app.database.db.selectFrom('llm_calls').select(['purpose', 'outcome', 'attempt']).execute()

  test('is not for proxies to keep, to pack or to hold back, and says when and where to come back', async () => {
    vendor.answers(streams(`${begin}${delta('Hi!')}${end}`))
    const path = await givenConversation()
    const response = await listenTo(path, { 'Accept-Encoding': 'gzip, br' })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      location: expect.stringMatching(new RegExp(`^${path}/messages/`)),
    })
    expect(response.headers.has('content-encoding')).toBe(false)
    const text = await response.text()
    expect(text).toMatch(/^retry: \d+\n\n/)

    const ids = [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id)
    expect(ids).toEqual(['1', '3.1.0', '4', '6'])
    const rest = await app.raw('GET', response.headers.get('location') ?? '', undefined, {
      Accept: 'text/event-stream',
      'Last-Event-ID': '3.1.0',
    })
    expect((await collectEvents(rest)).map(({ id }) => id)).toEqual(['4', '6'])
  })

  // The embedded database answers when it has stored.
  test.runIf(isOnServer)(
    'is refused where its message could not be stored, and the model is left',
    async () => {
      const { db } = app.database
      const path = await givenConversation()
      {
        const fullDisk = "perform pg_sleep(0.3); raise exception 'the disk is full' using errcode = '53100'"
        await using _full = await givenAtCommit(db, 'messages', fullDisk)
        vendor.answers(neverAnswers)
        const before = vendor.requests.length
        const refused = await listenTo(path)
        expect(refused.status).toBe(503)
        expect(await refused.json()).toMatchObject({ code: 'database.unavailable' })
        const asked = vendor.requests.slice(before)
        expect(await Promise.all(asked.map(({ closed }) => closed))).toEqual(['cut'])
      }
      expect(await db.selectFrom('messages').selectAll().where('role', '=', 'user').execute()).toEqual([])
      vendor.answers(streams(`${begin}${delta('Hi!')}${end}`))
      const names = (await collectEvents(await listenTo(path))).map(({ event }) => event)
      expect(names).toEqual(['message.received', 'reply.delta', 'reply.completed', 'message.completed'])
    },
  )

  test('a heartbeat comes while nothing is said', async () => {
    const quiet = express()
    quiet.get('/', (_req, res) => void openEventStream(res, { heartbeatMs: 5 }))
    const server = createServer(quiet).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const response = await fetch(`http://127.0.0.1:${port}/`)
    let heard = ''
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += piece
      if (heard.includes(': still here\n\n')) break
    }
    expect(heard).toContain(': still here\n\n')
    server.closeAllConnections()
    server.close()
  })

  test('learners beyond the places are told at once to come back, and may when a place is free', async () => {
    let goOn = () => {}
    const opened = new Promise<void>((resolve) => {
      goOn = resolve
    })
    vendor.answers(
      ...Array.from({ length: 2 }, () => async (response: Parameters<ReturnType<typeof streams>>[0]) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(`${begin}${delta('Well, ')}`)
        await opened
        response.end(`${delta('hello.')}${end}`)
      }),
    )
    const waiting = await Promise.all(
      [givenConversation(), givenConversation()].map(async (p) => listenTo(await p)),
    )
    const third = await givenConversation()

    const refused = await app.post(`${third}/messages`, { text: 'Hello!' })
    expect(refused).toMatchObject({ status: 503, body: { code: 'server.full', retryable: true } })
    expect(refused.headers.get('Retry-After')).toBe('1')
    expect((await app.get(third)).body.messageCount).toBe(1)
    // It is no failure of the service, and a flood of it must not become a flood of lines.
    expect(app.logged()).not.toContain('server.full')

    const queued = await app.post(
      `${third}/messages`,
      { text: 'Hello!' },
      { headers: { Prefer: 'respond-async' } },
    )
    expect(queued.status).toBe(202)

    vendor.answers(streams(`${begin}${delta('Later.')}${end}`))
    goOn()
    const events = await Promise.all(waiting.map(collectEvents))
    expect(events.map((all) => all.at(-1)?.event)).toEqual(['message.completed', 'message.completed'])
    const answered = await app.eventually(
      queued.headers.get('Location') ?? '',
      ({ reply }) => reply.status === 'completed',
    )
    expect(answered.reply.content).toBe('Later.')
  })

  test('the call is on record before the model is asked, and once', async () => {
    let goOn = () => {}
    const asked = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const seen: unknown[] = []
    vendor.answers(async (response) => {
      // It is asked while the commit is waited for.
      seen.push(await until('the call on record', calls, (rows) => rows.length > 0))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`${begin}${delta('Hi!')}`)
      await asked
      response.end(end)
    })
    const response = await listenTo(await givenConversation())
    for await (const { event } of readEvents(response)) {
      if (event === 'reply.delta') goOn()
    }
    const call = { purpose: 'conversation.reply', attempt: 1 }
    expect(seen).toEqual([[{ ...call, outcome: 'started' }]])
    expect(await calls()).toEqual([{ ...call, outcome: 'completed' }])
  })

  // Of a server, other databases use up numbers too.
  test.skipIf(isOnServer)('a message costs two commits', async () => {
    const transaction = async () => {
      const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(
        app.database.db,
      )
      return Number(rows[0]?.id)
    }
    vendor.answers(streams(`${begin}${delta('Hi!')}${end}`))
    const path = await givenConversation()
    const before = await transaction()
    const events = await collectEvents(await listenTo(path))
    const after = await transaction()
    expect(events.at(-1)?.event).toBe('message.completed')
    expect(after - before - 1).toBe(2)
  })
})
