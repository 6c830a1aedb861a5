import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
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
import { audioForm } from '../support/test-client.ts'

const { begin, delta, end } = OPENAI_FORMAT
const EVENTS = { Accept: 'text/event-stream', 'Content-Type': 'application/json' }
const SOUND = 'iced-americano.webm'
const SAID = { transcript: 'Can I get an iced americano, please?' }

let vendor: StubLlmServer
let app: TestApp
beforeAll(async () => {
  vendor = await startStubLlmServer()
  app = await startTestApp({ env: openAiEnv(vendor) })
})
beforeEach(() => app.reset())
afterEach(() => {
  vendor.requests.length = 0
})
afterAll(async () => {
  await app.close()
  await vendor[Symbol.asyncDispose]()
})

const says = (text: string) => streams(begin + delta(text) + end)

/** Reads up to the first piece of a reply. */
async function firstDelta(events: ReturnType<typeof readEvents>): Promise<void> {
  for (;;) {
    const { value, done } = await events.next()
    if (done) throw new Error('The stream ended before a piece of the reply came')
    if (value.event === 'reply.delta') return
    if (value.event === 'problem') throw new Error(JSON.stringify(value.data))
  }
}

/** How many rows hold the id, by table: every table of the schema is looked at, whole rows as text. */
async function rowsWith(id: string): Promise<Record<string, number>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(app.database.db)
  expect(tables.length).toBeGreaterThan(20)
  const counts: [string, number][] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from ${sql.table(name)} t where t::text like ${`%${id}%`}`.execute(
      app.database.db,
    )
    if (rows[0]?.count) counts.push([name, rows[0].count])
  }
  return Object.fromEntries(counts)
}

/** Every file under the data directory whose path or name holds the id. */
const filesOf = async (id: string) =>
  (await readdir(app.dataDir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && join(entry.parentPath, entry.name).includes(id))
    .map(({ name }) => name)

async function givenConversation(userId: string): Promise<string> {
  const { headers } = await app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
  return headers.get('Location') ?? ''
}

/** One of everything that can be stored of a learner. */
async function givenLearnerWithEverything(): Promise<string> {
  const userId = await app.givenUser('x-9041-everything')
  const user = `/v1/users/${userId}`
  await app.put(`${user}/preferences`, { languages: [{ code: 'ko', use: 'native', isPrimary: true }] })
  vendor.answers(says('Sure. Anything else?'), says('[happy] Hi!'), says('[happy] I see.'))
  const { path } = await app.givenSession(userId)
  await app.post(`${path}/turns`, await audioForm(SOUND, SAID))
  const talk = await givenConversation(userId)
  await app.post(`${talk}/messages`, { text: 'Hello! I live in Daegu.' })
  await app.post(`${talk}/messages`, await audioForm(SOUND, SAID))
  await app.send('DELETE', `${user}/facts`, undefined)
  return userId
}

describe('a learner', () => {
  test('is erased with every row and every file, and the app has still spent what it spent (faults.md G8)', async () => {
    const userId = await givenLearnerWithEverything()
    const neighbour = await app.givenUser('neighbour')
    const before = await rowsWith(userId)
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        'assessments',
        'conversations',
        'llm_calls',
        'messages',
        'recordings',
        'situation_turns',
        'spoken_messages',
        'transcripts',
        'usage_daily',
        'user_external_ids',
        'user_fact_erasures',
        'user_languages',
        'user_preferences',
        'user_situation_sessions',
        'users',
      ]),
    )
    expect(await filesOf(userId)).toHaveLength(1)
    const spent = (await app.get('/v1/usage?groupBy=model')).body.groups

    expect((await app.send('DELETE', `/v1/users/${userId}`, undefined)).status).toBe(204)

    expect(await rowsWith(userId)).toEqual({})
    expect(await rowsWith('x-9041-everything')).toEqual({})
    expect(await filesOf(userId)).toEqual([])
    expect((await app.get('/v1/usage?groupBy=model')).body.groups).toEqual(spent)
    expect((await app.get('/v1/usage?groupBy=user')).body.groups).toMatchObject([{ key: 'erased' }])
    const gone = { status: 404, body: { code: 'user.not_found' } }
    expect(await app.get(`/v1/users/${userId}`)).toMatchObject(gone)
    expect(await app.send('DELETE', `/v1/users/${userId}`, undefined)).toMatchObject(gone)
    expect((await app.get(`/v1/users/${neighbour}`)).status).toBe(200)
  })

  test('who was erased does not come back with the same external id (faults.md G8)', async () => {
    const first = await app.givenUser('same')
    await app.send('DELETE', `/v1/users/${first}`, undefined)

    const second = await app.put('/v1/users/by-external-id/same', {})

    expect(second.status).toBe(201)
    expect(second.body.userId).not.toBe(first)
    expect(await rowsWith(first)).toEqual({})
  })

  test('is erased while a turn, a stream and a reply are running, and nothing comes back (faults.md G8)', async () => {
    const userId = await app.givenUser()
    const { path } = await app.givenSession(userId)
    const { path: spokenPath } = await app.givenSession(userId)
    const talk = await givenConversation(userId)
    vendor.answers(
      streams(begin + delta('Sure. One iced'), 'stall'),
      streams(begin + delta('[happy] Well, '), 'stall'),
      streams(begin + delta('Of course'), 'stall'),
    )
    const turn = readEvents(
      await app.raw('POST', `${path}/turns`, JSON.stringify({ text: 'An americano, please.' }), EVENTS),
    )
    await firstDelta(turn)
    const reply = readEvents(
      await app.raw('POST', `${talk}/messages`, JSON.stringify({ text: 'Hello!' }), EVENTS),
    )
    await firstDelta(reply)
    const spoken = app.post(`${spokenPath}/turns`, await audioForm(SOUND, SAID))
    await expect.poll(() => vendor.requests.length, { timeout: 10_000 }).toBe(3)

    expect((await app.send('DELETE', `/v1/users/${userId}`, undefined)).status).toBe(204)

    const gone = { event: 'problem', data: { code: 'user.not_found', status: 404 } }
    expect((await Array.fromAsync(turn)).at(-1)).toMatchObject(gone)
    expect((await Array.fromAsync(reply)).at(-1)).toMatchObject(gone)
    expect(await spoken).toMatchObject({ status: 404 })
    for (const request of vendor.requests) expect(await request.closed).toBe('cut')
    expect(app.service.turns.countRunning() + app.service.replies.countRunning()).toBe(0)
    expect(await rowsWith(userId)).toEqual({})
    expect(await filesOf(userId)).toEqual([])
    // What was begun cost something, and is on the bill of the app.
    const { groups } = (await app.get('/v1/usage?groupBy=user')).body
    expect(groups).toMatchObject([{ key: 'erased', callCount: expect.any(Number) }])
  })

  test('whose erasure a process did not end is erased by the next one (faults.md G9)', async () => {
    const userId = await givenLearnerWithEverything()
    const { db } = app.database
    await db.deleteFrom('user_external_ids').where('user_id', '=', userId).execute()
    await db.updateTable('users').set({ account_status: 'deleted' }).where('user_id', '=', userId).execute()
    expect((await app.get(`/v1/users/${userId}`)).status).toBe(404)
    expect((await app.get('/v1/users')).body.items).toEqual([])

    expect(await app.service.leftovers.finishErasures()).toBe(1)

    expect(await rowsWith(userId)).toEqual({})
    expect(await filesOf(userId)).toEqual([])
  })

  test('of another app can be neither read nor erased, and its list holds none of ours (faults.md G8)', async () => {
    const userId = await app.givenUser()
    const other = await app.newApp()
    const gone = { status: 404, body: { code: 'user.not_found' } }
    expect(await other.get(`/v1/users/${userId}`)).toMatchObject(gone)
    expect(await other.send('DELETE', `/v1/users/${userId}`, undefined)).toMatchObject(gone)
    expect((await other.get('/v1/users')).body.items).toEqual([])
    expect((await app.get(`/v1/users/${userId}`)).status).toBe(200)
  })
})

describe('the learners of an app', () => {
  test('are listed newest first, page by page, and found by their external id', async () => {
    for (const externalId of ['one', 'two', 'three']) await app.givenUser(externalId)

    const first = await app.get('/v1/users?limit=2')
    const rest = await app.get(`/v1/users?limit=2&cursor=${first.body.nextCursor}`)
    const found = await app.get('/v1/users?externalId=two')

    const namesOf = (page: typeof first) =>
      page.body.items.map((user: { externalId: string }) => user.externalId)
    expect(namesOf(first)).toEqual(['three', 'two'])
    expect(namesOf(rest)).toEqual(['one'])
    expect(rest.body.nextCursor).toBeNull()
    expect(found.body).toMatchObject({ items: [{ externalId: 'two' }], nextCursor: null })
    expect((await app.get(`/v1/users/${found.body.items[0].userId}`)).body).toEqual(found.body.items[0])
    expect((await app.get('/v1/users?externalId=nobody')).body.items).toEqual([])
    expect((await app.get('/v1/users?cursor=abc')).status).toBe(400)
  })
})

describe('practice sessions', () => {
  test('are listed newest first with how they stand, and deleted with their turns (faults.md G7)', async () => {
    vendor.answers(says('Sure. Anything else?'))
    const { userId, path, sessionId } = await app.givenSession()
    const later = await app.givenSession(userId)
    await app.post(`${path}/turns`, await audioForm(SOUND, SAID))

    const { body } = await app.get(`/v1/users/${userId}/practice-sessions`)
    expect(body.items).toMatchObject([
      { sessionId: later.sessionId, turnCount: 0, status: 'in_progress' },
      { sessionId, turnCount: 1, scores: { overall: null }, unscored: { overall: 'session_not_completed' } },
    ])
    expect((await app.send('DELETE', path, undefined)).status).toBe(204)

    expect(await app.get(path)).toMatchObject({ status: 404, body: { code: 'session.not_found' } })
    expect(await app.send('DELETE', path, undefined)).toMatchObject({ status: 404 })
    expect((await app.get(later.path)).status).toBe(200)
    // The sound stays: nobody asked for it to go.
    expect((await app.get(`/v1/users/${userId}/recordings`)).body.items).toHaveLength(1)
  })

  test('are deleted under a turn that is answered, with its sound if asked for (faults.md G7)', async () => {
    vendor.answers(streams(begin + delta('Sure. One iced'), 'stall'))
    const { userId, path } = await app.givenSession()
    const headers = { Accept: 'text/event-stream' }
    const turn = readEvents(await app.raw('POST', `${path}/turns`, await audioForm(SOUND, SAID), headers))
    await firstDelta(turn)
    expect(await filesOf(userId)).toHaveLength(1)

    expect((await app.send('DELETE', `${path}?recordings=erase`, undefined)).status).toBe(204)

    expect((await Array.fromAsync(turn)).at(-1)).toMatchObject({
      event: 'problem',
      data: { code: 'session.not_found' },
    })
    expect(await filesOf(userId)).toEqual([])
    expect((await app.get(`/v1/users/${userId}/recordings`)).body.items).toEqual([])
    expect(await app.database.db.selectFrom('situation_turns').select('turn_id').execute()).toEqual([])
  })

  test('keep the sound that a conversation holds too (faults.md G7)', async () => {
    vendor.answers(says('Sure.'), says('[happy] Hi!'))
    const { userId, path } = await app.givenSession()
    await app.post(`${path}/turns`, await audioForm(SOUND, SAID))
    const talk = await givenConversation(userId)
    await app.post(`${talk}/messages`, await audioForm(SOUND, SAID))

    await app.send('DELETE', `${path}?recordings=erase`, undefined)
    expect(await filesOf(userId)).toHaveLength(1)

    await app.send('DELETE', `${talk}?recordings=erase`, undefined)
    expect(await filesOf(userId)).toEqual([])
    expect(await app.database.db.selectFrom('recordings').select('recording_id').execute()).toEqual([])
  })
})

describe('recordings', () => {
  async function givenRecording() {
    vendor.answers(says('Sure.'))
    const { userId, path } = await app.givenSession()
    await app.post(`${path}/turns`, await audioForm(SOUND, SAID))
    const recordings = `/v1/users/${userId}/recordings`
    const { items } = (await app.get(recordings)).body
    return { userId, path, recordings, recording: items[0] }
  }

  test('are listed, and one is deleted with its file while the scores stay (faults.md G7)', async () => {
    const { userId, path, recordings, recording } = await givenRecording()
    expect(recording).toMatchObject({ contentType: 'audio/webm', durationMs: expect.any(Number) })
    const one = `${recordings}/${recording.recordingId}`

    expect((await app.send('DELETE', one, undefined)).status).toBe(204)

    expect(await filesOf(userId)).toEqual([])
    const gone = { status: 404, body: { code: 'recording.not_found' } }
    expect(await app.get(one)).toMatchObject(gone)
    expect(await app.send('DELETE', one, undefined)).toMatchObject(gone)
    expect((await app.get(recordings)).body.items).toEqual([])
    expect((await app.get(path)).body.turns[0].assessment.scores.overall).toEqual(expect.any(Number))
  })

  test('that were deleted are kept again when they are sent again (faults.md G7)', async () => {
    const { userId, path, recordings, recording } = await givenRecording()
    await app.send('DELETE', `${recordings}/${recording.recordingId}`, undefined)
    vendor.answers(says('Yes?'))

    const { status } = await app.post(`${path}/turns`, await audioForm(SOUND, SAID))

    expect(status).toBe(201)
    expect(await filesOf(userId)).toHaveLength(1)
    expect((await app.get(recordings)).body.items).toMatchObject([{ recordingId: recording.recordingId }])
  })
})

test('a stream of a deleted conversation ends with the reason (faults.md G7)', async () => {
  vendor.answers(streams(begin + delta('[happy] Well, '), 'stall'))
  const talk = await givenConversation(await app.givenUser())
  const response = await app.raw('POST', `${talk}/messages`, JSON.stringify({ text: 'Hello!' }), EVENTS)
  const events = collectEvents(response)
  await expect.poll(() => vendor.requests.length, { timeout: 5_000 }).toBe(1)

  expect((await app.send('DELETE', talk, undefined)).status).toBe(204)

  expect((await events).at(-1)).toMatchObject({ event: 'problem', data: { code: 'conversation.not_found' } })
})
