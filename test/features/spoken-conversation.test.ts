import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { followReply } from '#features/conversation/follow-reply.ts'
import { createReplyBus } from '#features/conversation/index.ts'
import { collectEvents } from '../support/read-events.ts'
import {
  OPENAI_FORMAT,
  openAiEnv,
  responds,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { fieldsOf, transcribes } from '../support/stub-transcriber.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

const WORDS = 'Can I get an iced americano, please?'
const { begin, delta, end } = OPENAI_FORMAT
const says = (text: string) => streams(`${begin}${delta(text)}${end}`)

async function givenConversation(app: TestApp) {
  const userId = await app.givenUser()
  const { body } = await app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
  return { userId, path: `/v1/users/${userId}/conversations/${body.conversationId}` }
}

const speak = async (app: TestApp, path: string, file: string, fields: Record<string, string> = {}) =>
  app.post(`${path}/messages`, await audioForm(file, fields))

describe('a spoken message where no transcriber is configured', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp()
  })
  beforeEach(() => app.reset())
  afterAll(() => app.close())

  test("is answered by the app's transcript, scored against it, and stored with its recording", async () => {
    const { userId, path } = await givenConversation(app)
    const { status, headers, body } = await speak(app, path, 'iced-americano.webm', { transcript: WORDS })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      message: {
        inputKind: 'audio',
        content: WORDS,
        speech: {
          transcript: { text: WORDS, source: 'app', timedBy: 'aligner' },
          assessment: {
            reference: WORDS,
            transcript: WORDS,
            basis: 'measured',
            scores: { overall: expect.any(Number) },
          },
          unscoredReason: null,
          feedback: { basis: 'heuristic', words: expect.any(Array), advice: expect.any(Array) },
        },
      },
      reply: { status: 'completed', scripted: true, speech: null },
    })
    expect(body.message.speech.transcript.words[0]).toMatchObject({ startMs: expect.any(Number) })
    expect((await app.get(headers.get('Location') ?? '')).body).toEqual(body)
    const sound = await app.raw(
      'GET',
      `/v1/users/${userId}/recordings/${body.message.speech.recordingId}`,
      undefined,
      {},
    )
    expect([sound.status, sound.headers.get('Content-Type')]).toEqual([200, expect.stringContaining('webm')])
    const conversation = (await app.get(path)).body
    expect(conversation.title).toBe(WORDS)
    expect(conversation.messages.items[1]).toEqual(body.message)
    const row = await app.database.db
      .selectFrom('spoken_messages')
      .select(['overall_score', 'scorer_name', 'basis'])
      .executeTakeFirstOrThrow()
    expect(row.overall_score).toBe(body.message.speech.assessment.scores.overall)
  })

  test('is streamed stage by stage, and its events come again for a client that comes back', async () => {
    const { path } = await givenConversation(app)
    const form = await audioForm('iced-americano.webm', { transcript: WORDS })
    const events = await collectEvents(
      await app.raw('POST', `${path}/messages`, form, { Accept: 'text/event-stream' }),
    )
    const kinds = [...new Set(events.map(({ event }) => event))]
    expect(kinds).toEqual([
      'message.received',
      'message.transcribed',
      'reply.delta',
      'reply.completed',
      'message.assessed',
      'message.completed',
    ])
    expect(events[0]?.data.message).toMatchObject({ content: '', inputKind: 'audio' })
    expect(events[1]?.data.message).toMatchObject({ content: WORDS, speech: { assessment: null } })
    const { messageId } = events[0]?.data.message ?? {}
    const late = await collectEvents(
      await app.raw('GET', `${path}/messages/${messageId}`, undefined, {
        Accept: 'text/event-stream',
        'Last-Event-ID': '4',
      }),
    )
    expect(late.map(({ id, event }) => [id, event])).toEqual([
      ['5', 'message.assessed'],
      ['6', 'message.completed'],
    ])
    expect(late[0]?.data.message.speech.assessment.reference).toBe(WORDS)
  })

  test('needs the transcript, says so, and keeps nothing without it', async () => {
    const { path } = await givenConversation(app)
    expect(await speak(app, path, 'iced-americano.webm')).toMatchObject({
      status: 422,
      body: { code: 'message.transcript_needed', errors: [{ path: 'transcript' }] },
    })
    expect((await app.get(path)).body).toMatchObject({ messageCount: 1, title: null })
    expect(await app.database.db.selectFrom('recordings').select('recording_id').execute()).toEqual([])
  })

  test('of silence fails with its reason and is kept, and the talk goes on', async () => {
    const { path } = await givenConversation(app)
    const answer = await speak(app, path, 'silence.wav', { transcript: WORDS })
    expect(answer).toMatchObject({ status: 422, body: { code: 'audio.no_speech' } })
    const { body } = await app.get(answer.headers.get('Location') ?? '')
    expect(body).toMatchObject({
      message: {
        content: '',
        speech: { recordingId: expect.any(String), transcript: null, assessment: null },
      },
      reply: { status: 'failed', problem: { code: 'audio.no_speech' } },
    })
    expect((await app.post(`${path}/messages`, { text: 'Hello?' })).status).toBe(201)
    expect((await app.get(path)).body.title).toBe('Hello?')
  })

  test('that is no audio is refused before anything is kept', async () => {
    const { path } = await givenConversation(app)
    expect(await speak(app, path, 'picture.wav', { transcript: WORDS })).toMatchObject({
      status: 415,
      body: { code: 'audio.unsupported_type' },
    })
    expect((await app.get(path)).body.messageCount).toBe(1)
    expect(await readdir(join(app.dataDir, 'uploads'))).toEqual([])
  })

  test('is answered once for one key, and the key is refused for another sound', async () => {
    const { path } = await givenConversation(app)
    const send = async (file: string) =>
      app.post(`${path}/messages`, await audioForm(file, { transcript: WORDS }), {
        headers: { 'Idempotency-Key': 'sound-1' },
      })
    const first = await send('iced-americano.webm')
    const again = await send('iced-americano.webm')
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await send('hot-latte.webm')).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_reused' },
    })
    expect((await app.get(path)).body.messageCount).toBe(3)
  })

  test("gets its advice in the learner's language", async () => {
    const { userId, path } = await givenConversation(app)
    const languages = [{ code: 'ko', use: 'native', isPrimary: true }]
    await app.send('PATCH', `/v1/users/${userId}/preferences`, { explanationLanguage: 'ko', languages })
    const { body } = await speak(app, path, 'iced-americano.webm', {
      transcript: 'Could I rather have three thousand red roses?',
    })
    const { advice } = body.message.speech.feedback ?? { advice: [] }
    for (const { explanation, template } of advice) {
      expect(explanation).toMatch(/\p{Script=Hangul}/u)
      expect(template.file).toMatch(/speech-feedback\/(ko|en)\.yaml/)
    }
    expect(body.message.speech.assessment ?? body.message.speech.unscoredReason).not.toBeNull()
  })

  test('has its words told before the first piece of the reply, also when both come at once', async () => {
    const { userId, path } = await givenConversation(app)
    const { body } = await speak(app, path, 'iced-americano.webm', { transcript: WORDS })
    const { messageId } = body.message
    const { db } = app.database
    const heard = (content: string, transcript: string | null) => [
      db.updateTable('messages').set({ content }).where('id', '=', messageId).execute(),
      db.updateTable('spoken_messages').set({ transcript, assessed_at: null }).execute(),
    ]
    await Promise.all(heard('', null))
    const later = new Date(Date.now() + 60_000)
    await db
      .updateTable('messages')
      .set({
        status: 'pending',
        content: '',
        ended_at: null,
        lease_owner: messageId,
        lease_expires_at: later,
      })
      .where('reply_to', '=', messageId)
      .execute()
    const bus = createReplyBus()
    const gone = new AbortController()
    const events = followReply({ db, bus }, { userId, messageId, signal: gone.signal })
    expect((await events.next()).value).toMatchObject({ event: 'message.received' })
    await Promise.all(heard(WORDS, JSON.stringify(body.message.speech.transcript)))
    bus.publish(messageId, { type: 'heard' })
    bus.publish(messageId, { type: 'delta', attempt: 1, index: 0, text: 'Oh' })
    expect((await events.next()).value).toMatchObject({ event: 'message.transcribed' })
    expect((await events.next()).value).toMatchObject({ event: 'reply.delta', text: 'Oh' })
    gone.abort()
    await events.return(undefined)
  })

  test('that a process left behind is finished by the next, from what is stored', async () => {
    const { path } = await givenConversation(app)
    const { body } = await speak(app, path, 'iced-americano.webm', { transcript: WORDS })
    const { messageId } = body.message
    const { db } = app.database
    await db.updateTable('messages').set({ content: '' }).where('id', '=', messageId).execute()
    await db
      .updateTable('spoken_messages')
      .set({ transcript: null, assessed_at: null, detail: null })
      .execute()
    await db
      .updateTable('messages')
      .set({
        status: 'pending',
        content: '',
        ended_at: null,
        lease_owner: messageId,
        lease_expires_at: new Date(0),
      })
      .where('reply_to', '=', messageId)
      .execute()
    const done = await app.eventually(
      `${path}/messages/${messageId}`,
      ({ reply }) => reply.status !== 'pending',
    )
    expect(done.message).toEqual(body.message)
  })
})

describe('a spoken message with a transcriber', () => {
  let vendor: StubLlmServer
  let app: TestApp
  beforeAll(async () => {
    vendor = await startStubLlmServer()
    app = await startTestApp({
      env: {
        ...openAiEnv(vendor),
        MALGIL_TRANSCRIBER: 'openai',
        MALGIL_TRANSCRIBER_MODEL: 'gpt-4o-mini-transcribe',
      },
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

  const purposes = async () => {
    const calls = app.database.db.selectFrom('llm_calls').select('purpose').orderBy('started_at')
    return (await calls.execute()).map(({ purpose }) => purpose)
  }

  test('is heard by it, and the model answers those words', async () => {
    vendor.answers(transcribes('without-article.json'), says('[happy] Iced it is.'))
    const { path } = await givenConversation(app)
    const { status, body } = await speak(app, path, 'iced-americano.webm')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      message: {
        content: 'Can I get iced americano, please?',
        speech: {
          transcript: { source: 'transcribed' },
          assessment: { reference: 'Can I get iced americano, please?' },
        },
      },
      reply: { content: 'Iced it is.' },
    })
    const asked = vendor.requests[1]?.body as { messages: { role: string; content: string }[] }
    expect(asked.messages.at(-1)).toEqual({
      role: 'user',
      content: '<learner>Can I get iced americano, please?</learner>',
    })
    expect(await purposes()).toEqual(['transcribe', 'conversation.reply'])
  })

  test('is kept where the transcriber fails, and nobody is asked to answer what was not heard', async () => {
    vendor.answers(responds(500, '{}'))
    const { path } = await givenConversation(app)
    const answer = await speak(app, path, 'iced-americano.webm')
    expect(answer).toMatchObject({ status: 503, body: { code: 'message.not_transcribed' } })
    expect(vendor.requests).toHaveLength(1)
    const { body } = await app.get(answer.headers.get('Location') ?? '')
    expect(body.message.speech.transcript).toMatchObject({
      text: null,
      fallback: { code: expect.any(String) },
    })
    expect(body.reply.problem.code).toBe('message.not_transcribed')
    expect(await purposes()).toEqual(['transcribe'])
  })

  test('keeps its words and its scores where the model fails', async () => {
    vendor.answers(
      transcribes('without-article.json'),
      responds(500, '{}'),
      responds(500, '{}'),
      responds(500, '{}'),
    )
    const { path } = await givenConversation(app)
    const answer = await speak(app, path, 'iced-americano.webm')
    expect(answer).toMatchObject({ status: 503, body: { code: 'llm.unavailable' } })
    const { body } = await app.get(answer.headers.get('Location') ?? '')
    expect(body.message).toMatchObject({
      content: 'Can I get iced americano, please?',
      speech: { unscoredReason: null },
    })
    expect(body.message.speech.assessment.scores.overall).toEqual(expect.any(Number))
  })

  test('is not sent to it when the app knows the words', async () => {
    vendor.answers(says('[happy] Sure.'))
    const { path } = await givenConversation(app)
    const { body } = await speak(app, path, 'iced-americano.webm', { transcript: WORDS })
    expect(body.message.speech.transcript.source).toBe('app')
    expect(vendor.requests.map((request) => fieldsOf(request).file)).toEqual([undefined])
  })
})
