import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#base/errors.ts'
import { createSpeechEngine, type SpeechEngine } from '#engines/speech/engine.ts'
import {
  neverAnswers,
  resetsBeforeAnswering,
  responds,
  type StubAnswer,
  type StubLlmServer,
  startStubLlmServer,
  streamsBody,
} from '../support/stub-llm-server.ts'
import { connectTranscriber, fieldsOf, transcribes } from '../support/stub-transcriber.ts'
import { FIXTURE_AUDIO } from '../support/test-client.ts'

const AMERICANO = 'Can I get an iced americano, please?'

let speech: SpeechEngine
let server: StubLlmServer
/** "Can I get an iced americano, please?", 3.8 s. */
let spoken: Float32Array
/** 3 s, of which 150 ms are speech. */
let nearSilence: Float32Array
beforeAll(async () => {
  speech = createSpeechEngine({ threads: 1 })
  server = await startStubLlmServer()
  spoken = (await speech.decode(join(FIXTURE_AUDIO, 'iced-americano.wav'))).samples
  nearSilence = new Float32Array(48_000)
  nearSilence.set(spoken.subarray(16_000, 16_000 + 2_400), 20_000)
})
afterEach(() => {
  server.requests.length = 0
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await speech.close()
})

const silence = new Float32Array(32_000)

function noise(): Float32Array {
  let state = 1
  const samples = new Float32Array(32_000)
  for (let index = 0; index < samples.length; index += 1) {
    state = (state * 48_271) % 2_147_483_647
    samples[index] = 0.2 * (state / 1_073_741_823 - 1)
  }
  return samples
}

const resetsInside: StubAnswer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"text": "Can', () => response.socket?.resetAndDestroy())
}

describe('what is sent', () => {
  test.each([
    ['whisper-1', { response_format: 'verbose_json', 'timestamp_granularities[]': ['word', 'segment'] }],
    ['Systran/faster-whisper-small', { response_format: 'verbose_json' }],
    ['gpt-4o-transcribe', { response_format: 'json', 'include[]': ['logprobs'] }],
    ['gpt-4o-mini-transcribe-2025-12-15', { response_format: 'json', 'include[]': ['logprobs'] }],
    ['gpt-transcribe', { response_format: 'json' }],
    ['some-new-model', { response_format: 'json' }],
  ])('to %s asks for what the model can give', async (model, fields) => {
    server.answers(transcribes('text-only.json'))
    await connectTranscriber(server, { model }).transcribe(spoken)
    const request = server.requests[0]
    expect(request?.path).toBe('/v1/audio/transcriptions')
    expect(fieldsOf(request)).toMatchObject({ model, language: 'en', ...fields })
    const isPlain = !model.startsWith('gpt-4o')
    expect('include[]' in fieldsOf(request)).toBe(!isPlain)
    expect(fieldsOf(request)).not.toHaveProperty('prompt')
  })

  test('is 16 kHz mono audio under a name that says its kind', async () => {
    server.answers(transcribes('text-only.json'))
    await connectTranscriber(server).transcribe(spoken)
    const { file } = fieldsOf(server.requests[0])
    expect(file).toMatchObject({ name: 'audio.wav', type: 'audio/wav', size: 44 + 2 * spoken.length })
  })

  test('asks for another format where the configuration knows better', async () => {
    server.answers(transcribes('text-only.json'))
    await connectTranscriber(server, { model: 'my-whisper', format: 'json' }).transcribe(spoken)
    expect(fieldsOf(server.requests[0])).not.toHaveProperty('timestamp_granularities[]')
  })

  test.each([
    ['whisper-1', 'prompt', 'iced, to go'],
    ['gpt-transcribe', 'keywords[]', ['iced', 'to go']],
  ])('to %s names the vocabulary as %s', async (model, field, value) => {
    server.answers(transcribes('text-only.json'))
    await connectTranscriber(server, { model }).transcribe(spoken, { vocabulary: ['iced', 'to go'] })
    expect(fieldsOf(server.requests[0])[field]).toEqual(value)
  })

  test('keeps a long vocabulary within what a prompt may hold, in whole words', async () => {
    server.answers(transcribes('text-only.json'))
    const vocabulary = Array.from({ length: 200 }, (_, index) => `word-${index}`)
    await connectTranscriber(server).transcribe(spoken, { vocabulary })
    const { prompt } = fieldsOf(server.requests[0])
    expect(String(prompt).length).toBeLessThanOrEqual(600)
    expect(vocabulary).toContain(String(prompt).split(', ').at(-1))
  })

  test('is nothing at all for silence and noise, which are no match', async () => {
    const { transcribe, ledger } = connectTranscriber(server)
    for (const samples of [silence, noise(), new Float32Array(0)]) {
      expect(await transcribe(samples)).toMatchObject({ status: 'no_match', reason: 'no_speech' })
    }
    expect(server.requests).toEqual([])
    expect(ledger.rows).toEqual([])
  })

  test('is nothing for audio that is longer than the model takes', async () => {
    const { transcribe } = connectTranscriber(server)
    const samples = new Float32Array(14 * 60 * 16_000)
    for (let at = 0; at + spoken.length <= samples.length; at += spoken.length) samples.set(spoken, at)
    await expect(transcribe(samples)).rejects.toMatchObject({ code: 'transcriber.audio_too_large' })
    expect(server.requests).toEqual([])
  })
})

describe('an answer', () => {
  const answerTo = async (fixture: string, samples = spoken, model = 'whisper-1') => {
    server.answers(transcribes(fixture))
    return connectTranscriber(server, { model }).transcribe(samples)
  }

  test('with words has their times, the segments as its confidence, and who gave it', async () => {
    const transcript = await answerTo('verbose.json')
    expect(transcript).toMatchObject({
      status: 'transcribed',
      text: AMERICANO,
      language: 'english',
      producer: { name: 'openai', model: 'whisper-1', version: '1' },
      confidence: 0.811,
      dropped: [],
      faults: [],
    })
    expect(transcript).toMatchObject({
      words: [
        { text: 'Can', startMs: 700, endMs: 880, confidence: null },
        { text: 'I', startMs: 880, endMs: 960 },
        { text: 'get' },
        { text: 'an' },
        { text: 'iced' },
        { text: 'americano,' },
        { text: 'please?', startMs: 2_440, endMs: 2_800 },
      ],
    })
  })

  test('of a compatible server has the probability of each word', async () => {
    expect(await answerTo('faster-whisper.json')).toMatchObject({
      language: 'en',
      words: [0.91, 0.99, 0.98, 0.62, 0.71, 0.95, 0.99].map((confidence) => ({ confidence })),
    })
  })

  test('with tokens has a confidence for each word and none of the times', async () => {
    const transcript = await answerTo('logprobs.json', spoken, 'gpt-4o-transcribe')
    expect(transcript).toMatchObject({ text: AMERICANO, language: null, confidence: 0.834, faults: [] })
    if (transcript.status !== 'transcribed') throw new Error('Not transcribed')
    expect(transcript.words.every(({ startMs, endMs }) => startMs === null && endMs === null)).toBe(true)
    // "americano," is four tokens: exp of the mean of -0.2, 0 and -0.1, the comma is no letter.
    expect(transcript.words[5]).toMatchObject({ text: 'americano,', confidence: 0.905 })
  })

  test('without anything but the text is the text', async () => {
    expect(await answerTo('text-only.json')).toMatchObject({
      text: AMERICANO,
      confidence: null,
      language: null,
      words: expect.arrayContaining([{ text: 'iced', startMs: null, endMs: null, confidence: null }]),
    })
  })

  test.each([
    ['verbose-words-beyond-audio.json', 'word_times_beyond_audio'],
    ['verbose-words-out-of-order.json', 'word_times_out_of_order'],
    ['verbose-other-words.json', 'words_not_in_text'],
  ])('in %s keeps its text and loses its times, and says so', async (fixture, fault) => {
    const transcript = await answerTo(fixture)
    expect(transcript).toMatchObject({ text: AMERICANO, faults: [fault] })
    if (transcript.status !== 'transcribed') throw new Error('Not transcribed')
    expect(transcript.words.map(({ startMs }) => startMs)).toEqual(Array(7).fill(null))
  })

  test.each([
    ['verbose-other-segments.json', 'segments_not_in_text', 'whisper-1'],
    ['verbose-bad-logprob.json', 'logprobs_invalid', 'whisper-1'],
    ['logprobs-invalid.json', 'logprobs_invalid', 'gpt-4o-transcribe'],
  ])('in %s has no confidence, and says so', async (fixture, fault, model) => {
    const transcript = await answerTo(fixture, spoken, model)
    expect(transcript).toMatchObject({ text: AMERICANO, confidence: null, faults: [fault] })
  })

  test('without words is no match', async () => {
    expect(await answerTo('empty.json')).toMatchObject({ status: 'no_match', reason: 'nothing_transcribed' })
  })

  test('that goes on in silence loses what the model itself took for silence', async () => {
    expect(await answerTo('verbose-trailing-silence.json')).toMatchObject({
      text: AMERICANO,
      dropped: [{ phrase: 'Thank you for watching!', reason: 'model_heard_no_speech' }],
    })
  })

  test('to near silence loses the phrases that models make up', async () => {
    expect(await answerTo('watching.json', nearSilence)).toMatchObject({
      status: 'no_match',
      reason: 'hallucination_dropped',
      dropped: [{ phrase: 'Thank you for watching!', reason: 'known_hallucination' }],
    })
  })

  test('to clear speech keeps the same phrase', async () => {
    expect(await answerTo('watching.json')).toMatchObject({ text: 'Thank you for watching!', dropped: [] })
  })

  test('that loops is cut to what was said once, and to nothing on near silence', async () => {
    expect(await answerTo('loop.json')).toMatchObject({
      text: 'Thank you.',
      dropped: [{ reason: 'repetition' }],
    })
    expect(await answerTo('loop.json', nearSilence)).toMatchObject({
      status: 'no_match',
      dropped: [{ reason: 'repetition' }, { reason: 'known_hallucination' }],
    })
  })
})

const LENGTH = expect.any(Number)

describe('the ledger', () => {
  test.each([
    ['logprobs.json', { basis: 'reported', inputTokens: 31, outputTokens: 13, audioMs: null }],
    ['verbose.json', { basis: 'reported', inputTokens: null, outputTokens: null, audioMs: 3_000 }],
    ['text-only.json', { basis: 'estimated', inputTokens: null, outputTokens: null, audioMs: LENGTH }],
    ['absurd-usage.json', { basis: 'estimated', inputTokens: null, outputTokens: null, audioMs: LENGTH }],
    ['zero-usage.json', { basis: 'estimated', inputTokens: null, outputTokens: null, audioMs: LENGTH }],
  ])(
    'has a row for %s with the usage as it was told, else the length of the sound (faults.md C21)',
    async (fixture, usage) => {
      server.answers(transcribes(fixture))
      const { transcribe, ledger } = connectTranscriber(server)
      await transcribe(spoken)
      expect(ledger.rows).toEqual([
        {
          started: expect.objectContaining({ purpose: 'transcribe', provider: 'openai', model: 'whisper-1' }),
          finished: expect.objectContaining({
            outcome: 'completed',
            usage: expect.objectContaining(usage),
            providerRequestId: 'req_stub',
          }),
        },
      ])
    },
  )
})

test('a call that may not be made is not sent and has no row; silence does not even ask', async () => {
  const spent = new AppError('too_many', 'budget.spent', 'Spent')
  const asked: string[] = []
  const { transcribe, ledger } = connectTranscriber(server, {
    mayCall: async ({ userId }) => {
      asked.push(userId)
      throw spent
    },
  })

  expect(await transcribe(silence)).toMatchObject({ reason: 'no_speech' })
  expect(asked).toEqual([])
  await expect(transcribe(spoken)).rejects.toBe(spent)
  expect(asked).toEqual(['user-1'])
  expect(server.requests).toEqual([])
  expect(ledger.rows).toEqual([])
})

describe('a failure', () => {
  test.each([
    [401, 'error-401.json', 'transcriber.rejected'],
    [413, 'error-413.json', 'transcriber.audio_too_large'],
    [400, 'error-400-too-long.json', 'transcriber.audio_too_large'],
    [400, 'error-400-format.json', 'transcriber.unsupported_format'],
    [429, 'error-429.json', 'transcriber.rate_limited'],
    [429, 'error-429-quota.json', 'transcriber.rejected'],
    [500, 'error-500.json', 'transcriber.unavailable'],
  ])('with status %i (%s) is %s, asked once, and ledgered', async (status, fixture, code) => {
    server.answers(transcribes(fixture, status))
    const { transcribe, outcomes } = connectTranscriber(server)
    await expect(transcribe(spoken)).rejects.toMatchObject({ code })
    expect(server.requests).toHaveLength(1)
    expect(outcomes()).toEqual([['failed', code]])
  })

  test('for too many requests says when to come again', async () => {
    server.answers(transcribes('error-429.json', 429, { 'retry-after': '7' }))
    const { transcribe } = connectTranscriber(server)
    await expect(transcribe(spoken)).rejects.toMatchObject({ kind: 'unavailable', retryAfterS: 7 })
  })

  test.each([
    ['a page of a proxy', responds(200, '<html>Bad gateway</html>', { 'content-type': 'text/html' })],
    ['JSON without a text', transcribes('no-text.json')],
    ['numbers that are no JSON', transcribes('not-a-number.txt')],
    ['half of an answer', responds(200, '{"text": "Can I g')],
    ['a list', responds(200, '[]')],
    ['a text of 200 kB', responds(200, JSON.stringify({ text: 'a '.repeat(100_000) }))],
  ])('by %s is a bad response', async (_case, answer) => {
    server.answers(answer)
    const { transcribe, outcomes } = connectTranscriber(server)
    await expect(transcribe(spoken)).rejects.toMatchObject({ code: 'transcriber.bad_response' })
    expect(outcomes()).toEqual([['failed', 'transcriber.bad_response']])
  })

  test.each([
    ['before', resetsBeforeAnswering],
    ['inside', resetsInside],
  ])('of the connection %s the answer is unavailable', async (_case, answer) => {
    server.answers(answer)
    const { transcribe } = connectTranscriber(server)
    await expect(transcribe(spoken)).rejects.toMatchObject({ code: 'transcriber.unavailable' })
  })

  test.each([
    ['no answer', neverAnswers],
    ['an answer that stops half way', streamsBody(200, '{"text": "Can')],
  ])('by %s ends at our own time limit', async (_case, answer) => {
    server.answers(answer)
    const { transcribe, outcomes } = connectTranscriber(server, { timeoutMs: 100 })
    await expect(transcribe(spoken)).rejects.toMatchObject({ code: 'transcriber.timed_out' })
    expect(outcomes()).toEqual([['timed_out', 'transcriber.timed_out']])
  })

  test('is none of the transcriber when the caller gives up', async () => {
    const controller = new AbortController()
    server.answers(() => controller.abort())
    const { transcribe, outcomes } = connectTranscriber(server)
    const call = transcribe(spoken, { signal: controller.signal })
    await expect(call).rejects.toMatchObject({ code: 'transcriber.aborted' })
    expect(outcomes()).toEqual([['aborted', 'transcriber.aborted']])
  })
})
