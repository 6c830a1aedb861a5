import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { createGateway, type LlmLimits } from '#engines/llm/gateway.ts'
import type { LlmProvider } from '#engines/llm/provider.ts'
import { createAnthropicProvider } from '#engines/llm/providers/anthropic.ts'
import { createOpenAiProvider } from '#engines/llm/providers/openai.ts'
import { createMemoryLedger, readLlmFixture } from '#test/support/llm-stubs.ts'
import {
  ANTHROPIC_FORMAT,
  neverAnswers,
  OPENAI_FORMAT,
  resetsBeforeAnswering,
  responds,
  type StreamFormat,
  type StubLlmServer,
  startStubLlmServer,
  streams,
  streamsBody,
  streamsByteByByte,
} from '#test/support/stub-llm-server.ts'

type Vendor = { name: string; format: StreamFormat; connect: (url: string) => LlmProvider }

const VENDORS: Vendor[] = [
  {
    name: 'openai',
    format: OPENAI_FORMAT,
    connect: (url) => createOpenAiProvider(new OpenAI({ apiKey: 'test-key', baseURL: `${url}/v1` })),
  },
  {
    name: 'anthropic',
    format: ANTHROPIC_FORMAT,
    connect: (url) => createAnthropicProvider(new Anthropic({ apiKey: 'test-key', baseURL: url })),
  },
]

const errorPage = await readLlmFixture('proxy-error-page.html')

const request = {
  purpose: 'practice.reply',
  maxOutputTokens: 100,
  messages: [{ role: 'user' as const, text: 'One iced americano, please.' }],
}

const attribution = { appId: 'app-1', userId: 'user-1', turnId: 'turn-1' }

/** The real gateway and SDK against the stub. Pauses are noted instead of waited for; jitter is left out. */
function connect(vendor: Vendor, server: StubLlmServer, limits: Partial<LlmLimits> = {}) {
  const ledger = createMemoryLedger()
  const pausesMs: number[] = []
  const complete = createGateway({
    provider: vendor.connect(server.url),
    modelFor: () => 'model-1',
    ledger,
    now: () => new Date('2026-11-21T09:00:00Z'),
    limits,
    sleep: async (ms) => void pausesMs.push(ms),
    random: () => 0,
  })
  const deltas: string[] = []
  const reply = (signal?: AbortSignal) =>
    complete(request, { attribution, onDelta: (text) => deltas.push(text), ...(signal ? { signal } : {}) })
  const outcomes = () => ledger.rows.map(({ finished }) => [finished?.outcome, finished?.errorCode])
  return { complete, reply, deltas, ledger, outcomes, pausesMs }
}

describe.each(VENDORS)('$name', (vendor) => {
  const { begin, delta, end, malformed } = vendor.format
  const whole = streams(begin + delta('Sure, ') + delta('coming up.') + end)

  test('text split at every byte arrives whole (faults.md C12)', async () => {
    await using server = await startStubLlmServer()
    const { reply, deltas } = connect(vendor, server)
    server.answers(streamsByteByByte(begin + delta('안녕하세요 ☕️') + delta(' — café 👋🏽') + end))

    const { text, finish } = await reply()

    expect(text).toBe('안녕하세요 ☕️ — café 👋🏽')
    expect(deltas.join('')).toBe(text)
    expect(finish).toBe('stop')
  })

  const FAULTS = {
    'a reset before the status (C4)': [resetsBeforeAnswering, 'llm.unavailable'],
    'a reset inside the stream (C6)': [streams(begin, 'reset'), 'llm.unavailable'],
    'an end without a finish (C6)': [streams(begin), 'llm.bad_response'],
    'malformed JSON in the stream (C6)': [streams(begin + malformed), 'llm.bad_response'],
    'an answer without text (C11)': [streams(begin + end), 'llm.bad_response'],
    'an answer of blanks (C11)': [streams(begin + delta(' \n') + end), 'llm.bad_response'],
    'HTML with status 200': [responds(200, errorPage, { 'content-type': 'text/html' }), 'llm.bad_response'],
    'an empty body with status 200': [responds(200, ''), 'llm.bad_response'],
    'status 529': [responds(529, '{}'), 'llm.unavailable'],
    'status 429 without Retry-After': [responds(429, '{}'), 'llm.rate_limited'],
    'one line of ten megabytes (C12)': [
      streams(begin + delta('a'.repeat(10_000_000)) + end),
      'llm.bad_response',
    ],
  } as const

  test.each(Object.entries(FAULTS))(
    '%s is retried; the reader sees one clean reply',
    async (_, [fault, code]) => {
      await using server = await startStubLlmServer()
      const { reply, deltas, outcomes, ledger } = connect(vendor, server)
      server.answers(fault, fault, whole)

      const { text, provider, model, scripted } = await reply()

      expect({ text, provider, model, scripted }).toEqual({
        text: 'Sure, coming up.',
        provider: vendor.name,
        model: 'stub-1',
        scripted: false,
      })
      expect(deltas).toEqual(['Sure, ', 'coming up.'])
      expect(server.requests).toHaveLength(3)
      expect(outcomes()).toEqual([
        ['failed', code],
        ['failed', code],
        ['completed', null],
      ])
      expect(ledger.rows.map(({ started }) => started.attempt)).toEqual([1, 2, 3])
      expect(ledger.rows[2]?.finished?.usage).toMatchObject({
        basis: 'reported',
        inputTokens: 50,
        outputTokens: 5,
      })
    },
  )

  test('a fault that stays fails after three attempts with its own code', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connect(vendor, server)
    server.answers(responds(503, '{}'), responds(503, '{}'), responds(503, '{}'))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.unavailable', kind: 'unavailable' })
    expect(outcomes()).toEqual(Array(3).fill(['failed', 'llm.unavailable']))
  })

  test.each([
    ['a reset', streams(begin + delta('Sure,'), 'reset'), 'llm.unavailable'],
    ['an end without a finish', streams(begin + delta('Sure,')), 'llm.bad_response'],
    ['malformed JSON', streams(begin + delta('Sure,') + malformed), 'llm.bad_response'],
    [
      'a reply over the limit',
      streams(begin + delta('Sure,') + delta('a'.repeat(70_000))),
      'llm.bad_response',
    ],
  ])(
    '%s after a delta is final and ledgered as partial with estimated usage (faults.md C7)',
    async (_, fault, code) => {
      await using server = await startStubLlmServer()
      const { reply, deltas, ledger, outcomes } = connect(vendor, server)
      server.answers(fault)

      await expect(reply()).rejects.toMatchObject({ code })

      expect(deltas).toEqual(['Sure,'])
      expect(outcomes()).toEqual([['partial', code]])
      const estimated = vendor.name === 'anthropic' ? { inputTokens: 50 } : { inputTokens: 7 }
      expect(ledger.rows[0]?.finished?.usage).toMatchObject({
        basis: 'estimated',
        outputTokens: 2,
        ...estimated,
      })
    },
  )

  test('a stream that stalls ends at the idle limit and its socket is closed (faults.md C8)', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connect(vendor, server, {
      idleMs: 50,
      firstTokenMs: 600_000,
      totalMs: 600_000,
    })
    server.answers(streams(begin + delta('Sure,'), 'stall'))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.timed_out', kind: 'timed_out' })

    expect(outcomes()).toEqual([['partial', 'llm.timed_out']])
    expect(await server.requests[0]?.closed).toBe('cut')
  })

  test('headers that never come end at the first-token limit, each try closed (faults.md C5)', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connect(vendor, server, {
      firstTokenMs: 50,
      idleMs: 600_000,
      totalMs: 600_000,
      attempts: 2,
    })
    server.answers(neverAnswers, neverAnswers)

    await expect(reply()).rejects.toMatchObject({ code: 'llm.timed_out' })

    expect(outcomes()).toEqual(Array(2).fill(['timed_out', 'llm.timed_out']))
    expect(await Promise.all(server.requests.map(({ closed }) => closed))).toEqual(['cut', 'cut'])
  })

  test('a stream that only says it lives ends at the first-token limit', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connect(vendor, server, {
      firstTokenMs: 50,
      idleMs: 600_000,
      totalMs: 600_000,
      attempts: 1,
    })
    server.answers(streams(begin, 'stall'))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.timed_out' })

    expect(outcomes()).toEqual([['timed_out', 'llm.timed_out']])
    expect(await server.requests[0]?.closed).toBe('cut')
  })

  test('the caller gives up: the socket is closed and the row says aborted (faults.md C9)', async () => {
    await using server = await startStubLlmServer()
    const { complete, ledger, outcomes } = connect(vendor, server)
    server.answers(streams(begin + delta('Sure,'), 'stall'))
    const caller = new AbortController()

    const reply = complete(request, { attribution, signal: caller.signal, onDelta: () => caller.abort() })

    await expect(reply).rejects.toMatchObject({ code: 'llm.aborted' })
    expect(await server.requests[0]?.closed).toBe('cut')
    expect(outcomes()).toEqual([['aborted', 'llm.aborted']])
    expect(ledger.rows[0]?.finished?.usage).toMatchObject({ basis: 'estimated', outputTokens: 2 })
  })

  test.each([
    ['a line that never ends', streams(`data: ${'a'.repeat(500_000)}`, 'stall'), 'llm.bad_response'],
    ['a page with status 200 that never ends', streamsBody(200, '<p>'), 'llm.bad_response'],
    ['an error page that never ends', streamsBody(500, '<p>'.repeat(500_000)), 'llm.unavailable'],
  ])('%s is refused before it is whole (faults.md C12)', async (_, fault, code) => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connect(vendor, server, { attempts: 1 })
    server.answers(fault)

    await expect(reply()).rejects.toMatchObject({ code })
    expect(outcomes()).toEqual([['failed', code]])
    expect(await server.requests[0]?.closed).toBe('cut')
  })

  test('a stream is closed as soon as its reply is too long', async () => {
    await using server = await startStubLlmServer()
    const { reply } = connect(vendor, server)
    server.answers(streams(begin + delta('Sure,') + delta('a'.repeat(70_000)), 'stall'))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.bad_response' })
    expect(await server.requests[0]?.closed).toBe('cut')
  })

  test('a fault of the request is not retried and keeps the request id', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes, ledger } = connect(vendor, server)
    server.answers(responds(400, '{"error":{}}', { 'x-request-id': 'req_9', 'request-id': 'req_9' }))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.rejected', kind: 'internal' })

    expect(outcomes()).toEqual([['failed', 'llm.rejected']])
    expect(ledger.rows[0]?.finished?.providerRequestId).toBe('req_9')
  })

  test('nobody listening is retried as unavailable (faults.md C4)', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connect(vendor, { ...server, url: 'http://127.0.0.1:1' })

    await expect(reply()).rejects.toMatchObject({ code: 'llm.unavailable' })
    expect(outcomes()).toEqual(Array(3).fill(['failed', 'llm.unavailable']))
  })

  describe('Retry-After (faults.md C1)', () => {
    const limited = (headers: Record<string, string>) => responds(429, '{}', headers)

    test.each([
      ['seconds', { 'retry-after': '1' }, 1000],
      [
        'a date',
        { 'retry-after': 'Sat, 21 Nov 2026 09:00:03 GMT', date: 'Sat, 21 Nov 2026 09:00:00 GMT' },
        3000,
      ],
      ['garbage', { 'retry-after': 'soon' }, 0],
      ['a negative number', { 'retry-after': '-5' }, 0],
    ])('%s', async (_, headers, pauseMs) => {
      await using server = await startStubLlmServer()
      const { reply, pausesMs } = connect(vendor, server)
      server.answers(limited(headers), whole)

      expect(await reply()).toMatchObject({ text: 'Sure, coming up.' })
      expect(pausesMs).toEqual([pauseMs])
    })

    test.each([3600, 21])('%i seconds fail at once and are passed on', async (retryAfterS) => {
      await using server = await startStubLlmServer()
      const { reply, pausesMs, outcomes } = connect(vendor, server)
      server.answers(limited({ 'retry-after': String(retryAfterS) }))

      await expect(reply()).rejects.toMatchObject({ code: 'llm.rate_limited', retryAfterS })
      expect(pausesMs).toEqual([])
      expect(outcomes()).toEqual([['failed', 'llm.rate_limited']])
    })

    test('a pause longer than what is left of the call fails at once', async () => {
      await using server = await startStubLlmServer()
      const { reply, outcomes } = connect(vendor, server, { totalMs: 9_000 })
      server.answers(limited({ 'retry-after': '10' }))

      await expect(reply()).rejects.toMatchObject({ code: 'llm.rate_limited', retryAfterS: 10 })
      expect(outcomes()).toHaveLength(1)
    })
  })
})
