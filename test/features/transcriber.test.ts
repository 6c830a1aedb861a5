import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { encodeWav } from '#engines/speech/transcribe/wav.ts'
import { setBudget } from '#features/usage/index.ts'
import { collectEvents } from '../support/read-events.ts'
import { neverAnswers, responds, type StubLlmServer, startStubLlmServer } from '../support/stub-llm-server.ts'
import { fieldsOf, transcribes } from '../support/stub-transcriber.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm, FIXTURE_AUDIO } from '../support/test-client.ts'

const AMERICANO = 'Can I get an iced americano, please?'

let vendor: StubLlmServer
let app: TestApp

const PRICE = {
  id: 'transcriber',
  provider: 'openai',
  models: ['gpt-4o-mini-transcribe'],
  validFrom: '2020-01-01',
  validUntil: undefined,
  microUsdPerToken: { input: 1, cachedInput: 1, cacheWrite: 1, output: 1 },
  microUsdPerAudioMinute: undefined,
}

const startWith = async (env: Record<string, string>) => {
  vendor = await startStubLlmServer()
  app = await startTestApp({
    env: {
      MALGIL_TRANSCRIBER: 'openai',
      MALGIL_TRANSCRIBER_BASE_URL: `${vendor.url}/v1`,
      MALGIL_TRANSCRIBER_API_KEY: 'transcriber-key',
      MALGIL_TRANSCRIBER_MODEL: 'gpt-4o-mini-transcribe',
      // Without one the client of the vendor would still look for the general key.
      OPENAI_API_KEY: 'general-key',
      ...env,
    },
    prices: [PRICE],
  })
}

const stop = async () => {
  await app.close()
  await vendor[Symbol.asyncDispose]()
}

const calls = () =>
  app.database.db
    .selectFrom('llm_calls')
    .select(['provider', 'model', 'outcome', 'error_code', 'usage_basis', 'input_tokens', 'audio_ms'])
    .where('purpose', '=', 'transcribe')
    .orderBy('llm_call_id')
    .execute()

const speak = async (path: string, file = 'iced-americano.webm', fields: Record<string, string> = {}) =>
  (await app.post(`${path}/turns`, await audioForm(file, fields))).body

describe('a spoken turn with a configured transcriber', () => {
  beforeAll(() => startWith({ MALGIL_TRANSCRIBER_TIMEOUT_SECONDS: '3' }))
  beforeEach(() => app.reset())
  afterEach(() => {
    vendor.requests.length = 0
  })
  afterAll(stop)

  test('is heard by it, scored against the expected response that was meant, and ledgered', async () => {
    vendor.answers(transcribes('without-article.json'))
    const { path } = await app.givenSession()
    const body = await speak(path)
    expect(body).toMatchObject({
      stage: 'completed',
      transcript: {
        text: 'Can I get iced americano, please?',
        source: 'transcribed',
        transcriber: { name: 'openai', model: 'gpt-4o-mini-transcribe' },
        timedBy: 'aligner',
        fallback: null,
        understood: null,
        dropped: [],
        faults: [],
      },
      reference: {
        basis: 'expected_response',
        text: AMERICANO,
        nearest: { goal: 'order-drink', kind: 'ideal', text: AMERICANO, similarity: 0.857 },
      },
      assessment: { reference: AMERICANO, transcript: 'Can I get iced americano, please?' },
      feedback: { goalReached: 'order-drink' },
    })
    expect(body.assessment.words).toHaveLength(7)
    expect(body.transcript.words).toHaveLength(6)
    // A word that the aligner did not hear has no time.
    const times = body.transcript.words.flatMap(({ startMs }: { startMs: number | null }) => startMs ?? [])
    expect(times.length).toBeGreaterThanOrEqual(4)
    expect(times).toEqual(times.toSorted((a: number, b: number) => a - b))
    expect(vendor.requests[0]?.headers.authorization).toBe('Bearer transcriber-key')
    expect(await calls()).toEqual([
      {
        provider: 'openai',
        model: 'gpt-4o-mini-transcribe',
        outcome: 'completed',
        error_code: null,
        usage_basis: 'reported',
        input_tokens: 31,
        audio_ms: null,
      },
    ])
    expect((await app.get(path)).body.turns[0]).toEqual(body)
  })

  test('that says nothing expected is its own reference', async () => {
    vendor.answers(transcribes('unexpected.json'))
    const { path } = await app.givenSession()
    expect(await speak(path, 'train-to-seoul.webm')).toMatchObject({
      transcript: { text: 'What time is the train to Seoul?' },
      reference: { basis: 'transcript', text: 'What time is the train to Seoul?' },
      assessment: { reference: 'What time is the train to Seoul?', basis: 'measured' },
      feedback: { goalReached: null },
    })
  })

  test('of silence never reaches it', async () => {
    const { path } = await app.givenSession()
    const answer = await app.post(`${path}/turns`, await audioForm('silence.wav'))
    expect(answer).toMatchObject({ status: 422, body: { code: 'audio.no_speech' } })
    expect(vendor.requests).toEqual([])
    expect(await calls()).toEqual([])
  })

  test('of near silence loses what the model made up, and says so', async () => {
    vendor.answers(transcribes('watching.json'))
    const { path } = await app.givenSession()
    const file = join(app.dataDir, 'click.wav')
    const spoken = await readFile(join(FIXTURE_AUDIO, 'iced-americano.wav'))
    // 150 ms out of a word, in three seconds of nothing.
    const samples = new Float32Array(48_000)
    for (let index = 0; index < 2_400; index += 1)
      samples[20_000 + index] = spoken.readInt16LE(spoken.length - 2 * (44_000 - index)) / 32_768
    await writeFile(file, encodeWav(samples))
    expect(await speak(path, file)).toMatchObject({
      transcript: {
        text: null,
        unmatchedReason: 'hallucination_dropped',
        dropped: [{ phrase: 'Thank you for watching!', reason: 'known_hallucination' }],
      },
      unscoredReason: 'hallucination_dropped',
      feedback: { goalReached: null },
    })
    expect(vendor.requests).toHaveLength(1)
  })

  test("with the app's own transcript never reaches it, and the words get the times of the sound", async () => {
    const { path } = await app.givenSession()
    const body = await speak(path, 'iced-americano.webm', { transcript: AMERICANO })
    expect(body).toMatchObject({
      transcript: {
        source: 'app',
        timedBy: 'aligner',
        words: [{ text: 'Can', confidence: null }, {}, {}, {}, {}, {}, {}],
      },
      reference: { basis: 'expected_response', nearest: { similarity: 1 } },
    })
    expect(body.transcript.words[6].endMs).toBeGreaterThan(body.transcript.words[0].startMs)
    expect(vendor.requests).toEqual([])
  })

  test.each([
    ['is down', transcribes('error-500.json', 500), 'transcriber.unavailable'],
    ['is full', transcribes('error-429.json', 429, { 'retry-after': '30' }), 'transcriber.rate_limited'],
    ['refuses our key', transcribes('error-401.json', 401), 'transcriber.rejected'],
    ['says nothing', neverAnswers, 'transcriber.timed_out'],
    [
      'answers with a page',
      responds(200, '<html></html>', { 'content-type': 'text/html' }),
      'transcriber.bad_response',
    ],
  ])(
    'when it %s is matched with the expected responses instead, and says so',
    async (_case, answer, code) => {
      vendor.answers(answer)
      const { path } = await app.givenSession()
      expect(await speak(path)).toMatchObject({
        stage: 'completed',
        transcript: {
          text: AMERICANO,
          source: 'matched',
          timedBy: 'aligner',
          fallback: { from: 'openai', code },
        },
        reference: { basis: 'expected_response', nearest: { similarity: 1 } },
      })
      expect(vendor.requests).toHaveLength(1)
      expect(await calls()).toMatchObject([{ error_code: code, usage_basis: 'unknown', input_tokens: null }])
      expect(app.logged()).toContain(code)
    },
  )

  test('when its answer cannot be read leaves no word of it in the logs', async () => {
    vendor.answers(responds(200, '{"text": americano}'))
    const { path } = await app.givenSession()
    expect((await speak(path)).transcript.fallback).toMatchObject({ code: 'transcriber.bad_response' })
    expect(app.logged()).toContain('transcriber.bad_response')
    expect(app.logged()).not.toContain('americano')
  })

  test('when the budget for it is spent is matched with the expected responses, and nothing is sent', async () => {
    const client = await app.newApp()
    await setBudget(app.database, { appId: client.appId, scope: 'user', hard: '0' })
    const { path } = await client.givenSession()
    const form = await audioForm('iced-americano.webm')

    expect((await client.post(`${path}/turns`, form)).body).toMatchObject({
      stage: 'completed',
      transcript: {
        text: AMERICANO,
        source: 'matched',
        fallback: { from: 'openai', code: 'usage.budget_spent' },
      },
    })
    expect(vendor.requests).toEqual([])
    expect(await calls()).toEqual([])
  })

  test('in which it hears nothing is answered and not scored', async () => {
    vendor.answers(transcribes('empty.json'))
    const { path } = await app.givenSession()
    expect(await speak(path)).toMatchObject({
      stage: 'completed',
      transcript: { text: null, unmatchedReason: 'nothing_transcribed', source: 'transcribed' },
      assessment: null,
      reference: null,
      unscoredReason: 'nothing_transcribed',
      reply: { text: expect.stringMatching(/^Sorry/) },
    })
  })

  test('says in its events what it was scored against', async () => {
    vendor.answers(transcribes('logprobs.json'))
    const { path } = await app.givenSession()
    const headers = { Accept: 'text/event-stream' }
    const form = await audioForm('iced-americano.webm')
    const events = await collectEvents(await app.raw('POST', `${path}/turns`, form, headers))
    const dataOf = (name: string) => events.find(({ event }) => event === name)?.data
    expect(dataOf('turn.transcribed')).toMatchObject({
      transcript: { source: 'transcribed', confidence: 0.834 },
    })
    expect(dataOf('turn.assessed')).toMatchObject({ reference: { text: AMERICANO } })
  })
})

describe('a spoken turn that is listened to twice', () => {
  beforeAll(() => startWith({ MALGIL_TRANSCRIBER_PASSES: '2' }))
  beforeEach(() => app.reset())
  afterEach(() => {
    vendor.requests.length = 0
  })
  afterAll(stop)

  test('names the vocabulary in the second call only, understands by it, and scores by the first', async () => {
    vendor.answers(transcribes('unexpected.json'), transcribes('text-only.json'))
    const { path } = await app.givenSession()
    expect(await speak(path)).toMatchObject({
      transcript: {
        text: 'What time is the train to Seoul?',
        understood: { text: AMERICANO, producer: { name: 'openai' } },
        secondPassFailure: null,
      },
      reply: { text: expect.stringContaining('sugar') },
      feedback: { goalReached: 'order-drink' },
      reference: { basis: 'transcript', text: 'What time is the train to Seoul?' },
    })
    const [first, second] = vendor.requests.map(fieldsOf)
    expect(first).not.toHaveProperty('prompt')
    expect(second?.prompt).toContain('iced, regular, for here, to go')
    expect(await calls()).toHaveLength(2)
  })

  test('keeps one transcript when both agree', async () => {
    vendor.answers(transcribes('text-only.json'), transcribes('logprobs.json'))
    const { path } = await app.givenSession()
    expect(await speak(path)).toMatchObject({ transcript: { text: AMERICANO, understood: null } })
    expect(vendor.requests).toHaveLength(2)
  })

  test('goes by the first pass when the second fails, and says so', async () => {
    vendor.answers(transcribes('text-only.json'), transcribes('error-500.json', 500))
    const { path } = await app.givenSession()
    expect(await speak(path)).toMatchObject({
      transcript: {
        text: AMERICANO,
        source: 'transcribed',
        understood: null,
        secondPassFailure: 'transcriber.unavailable',
        fallback: null,
      },
    })
  })

  test('goes by the first pass when that has spent the budget', async () => {
    vendor.answers(transcribes('unexpected.json'))
    const client = await app.newApp()
    // 31 tokens in and 13 out.
    await setBudget(app.database, { appId: client.appId, scope: 'user', hard: '0.000044' })
    const { path } = await client.givenSession()
    const { body } = await client.post(`${path}/turns`, await audioForm('iced-americano.webm'))

    expect(body.transcript).toMatchObject({
      text: 'What time is the train to Seoul?',
      understood: null,
      secondPassFailure: 'usage.budget_spent',
    })
    expect(vendor.requests).toHaveLength(1)
  })

  test('is not listened to again where nothing was heard', async () => {
    vendor.answers(transcribes('empty.json'))
    const { path } = await app.givenSession()
    expect((await speak(path)).transcript.unmatchedReason).toBe('nothing_transcribed')
    expect(vendor.requests).toHaveLength(1)
  })
})
