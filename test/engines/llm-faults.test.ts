import { describe, expect, test } from 'vitest'
import { readLlmFixture } from '#test/support/llm-stubs.ts'
import {
  attribution,
  connectGateway,
  request,
  resetsBeforeAnswering,
  responds,
  startStubLlmServer,
  streams,
  streamsBody,
  streamsByteByByte,
  VENDORS,
} from '#test/support/stub-llm-server.ts'

const errorPage = await readLlmFixture('proxy-error-page.html')

const ERROR_EVENTS: Record<string, string> = {
  openai: 'data: {"error":{"message":"The server had an error","type":"server_error"}}\n\n',
  anthropic:
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
}

describe.each(VENDORS)('$name', (vendor) => {
  const { begin, delta, end, malformed } = vendor.format
  const whole = streams(begin + delta('Sure, ') + delta('coming up.') + end)

  test('text split at every byte arrives whole (faults.md C12)', async () => {
    await using server = await startStubLlmServer()
    const { reply, deltas } = connectGateway(vendor, server)
    server.answers(streamsByteByByte(begin + delta('안녕하세요 ☕️') + delta(' — café 👋🏽') + end))

    const { text, finish } = await reply()

    expect(text).toBe('안녕하세요 ☕️ — café 👋🏽')
    expect(deltas.join('')).toBe(text)
    expect(finish).toBe('stop')
  })

  test('a stream may be longer than any one of its lines', async () => {
    await using server = await startStubLlmServer()
    const { reply } = connectGateway(vendor, server)
    server.answers(streams(begin + delta('word ').repeat(5_000) + end))

    expect((await reply()).text).toBe('word '.repeat(5_000))
  })

  const FAULTS = {
    'a reset before the status (C4)': [resetsBeforeAnswering, 'llm.unavailable'],
    'a reset inside the stream (C6)': [streams(begin, 'reset'), 'llm.unavailable'],
    'an end without a finish (C6)': [streams(begin), 'llm.bad_response'],
    'an error event in the stream (C6)': [streams(begin + ERROR_EVENTS[vendor.name]), 'llm.unavailable'],
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
    '%s is retried; the reader sees one clean reply (faults.md C2, C4, C6, C11, C12)',
    async (_, [fault, code]) => {
      await using server = await startStubLlmServer()
      const { reply, deltas, outcomes, ledger } = connectGateway(vendor, server)
      server.answers(fault, fault, whole)

      const { text, provider, model, scripted } = await reply()

      expect({ text, provider, model, scripted }).toEqual({
        text: 'Sure, coming up.',
        provider: vendor.name,
        model: 'stub-1',
        scripted: false,
      })
      expect(deltas.join('')).toBe('Sure, coming up.')
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
    const { reply, outcomes } = connectGateway(vendor, server)
    server.answers(responds(503, '{}'), responds(503, '{}'), responds(503, '{}'))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.unavailable', kind: 'unavailable' })
    expect(outcomes()).toEqual(Array(3).fill(['failed', 'llm.unavailable']))
  })

  test.each([
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
      const { reply, deltas, ledger, outcomes } = connectGateway(vendor, server)
      server.answers(fault)

      await expect(reply()).rejects.toMatchObject({ code })

      expect(deltas).toEqual(['Sure,'])
      expect(outcomes()).toEqual([['partial', code]])
      const estimated = vendor.name === 'anthropic' ? { inputTokens: 50 } : { inputTokens: 10 }
      expect(ledger.rows[0]?.finished?.usage).toMatchObject({
        basis: 'estimated',
        outputTokens: 2,
        ...estimated,
      })
    },
  )

  test('a connection that breaks after a delta is final and partial too (faults.md C7)', async () => {
    await using server = await startStubLlmServer()
    const { complete, outcomes } = connectGateway(vendor, server)
    server.answers(streams(begin + delta('Sure,'), 'stall'))

    const reply = complete(request, { attribution, onDelta: () => server.resetsConnections() })

    await expect(reply).rejects.toMatchObject({ code: 'llm.unavailable' })
    expect(outcomes()).toEqual([['partial', 'llm.unavailable']])
  })

  test.each([
    ['a line that never ends', streams(`data: ${'a'.repeat(500_000)}`, 'stall'), 'llm.bad_response'],
    ['a page with status 200 that never ends', streamsBody(200, '<p>'), 'llm.bad_response'],
    ['an error page that never ends', streamsBody(500, '<p>'.repeat(500_000)), 'llm.unavailable'],
  ])('%s is refused before it is whole (faults.md C12)', async (_, fault, code) => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connectGateway(vendor, server, { attempts: 1 })
    server.answers(fault)

    await expect(reply()).rejects.toMatchObject({ code })
    expect(outcomes()).toEqual([['failed', code]])
    expect(await server.requests[0]?.closed).toBe('cut')
  })

  test('a fault of the request is not retried and keeps the request id', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes, ledger } = connectGateway(vendor, server)
    server.answers(responds(400, '{"error":{}}', { 'x-request-id': 'req_9', 'request-id': 'req_9' }))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.rejected', kind: 'internal' })

    expect(outcomes()).toEqual([['failed', 'llm.rejected']])
    expect(ledger.rows[0]?.finished?.providerRequestId).toBe('req_9')
  })

  test.each([
    ['a name that nobody has', () => 'http://malgil.invalid'],
    ['TLS that is none', (url: string) => url.replace('http:', 'https:')],
  ])('%s is unavailable too (faults.md C4)', async (_, urlOf) => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connectGateway(vendor, { ...server, url: urlOf(server.url) }, { attempts: 1 })

    await expect(reply()).rejects.toMatchObject({ code: 'llm.unavailable' })
    expect(outcomes()).toEqual([['failed', 'llm.unavailable']])
  })

  test('an answer whose sender counts nothing is estimated, and says so (faults.md C13)', async () => {
    await using server = await startStubLlmServer()
    const { reply, ledger } = connectGateway(vendor, server)
    const uncounted = (begin + delta('Sure, coming up.') + end).replaceAll(/,"usage":\{[^}]*\}/g, '')
    server.answers(streams(uncounted))

    const { usage } = await reply()

    expect(usage).toMatchObject({ basis: 'estimated', inputTokens: 10, outputTokens: 5 })
    expect(ledger.rows[0]?.finished).toMatchObject({ outcome: 'completed', usage })
  })

  test('nobody listening is retried as unavailable (faults.md C4)', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connectGateway(vendor, { ...server, url: 'http://127.0.0.1:1' })

    await expect(reply()).rejects.toMatchObject({ code: 'llm.unavailable' })
    expect(outcomes()).toEqual(Array(3).fill(['failed', 'llm.unavailable']))
  })
})
