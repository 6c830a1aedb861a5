import { describe, expect, test } from 'vitest'
import {
  attribution,
  connectGateway,
  neverAnswers,
  request,
  responds,
  startStubLlmServer,
  streams,
  VENDORS,
} from '#test/support/stub-llm-server.ts'

describe.each(VENDORS)('$name', (vendor) => {
  const { begin, delta, end } = vendor.format
  const whole = streams(begin + delta('Sure, ') + delta('coming up.') + end)

  test('a stream that stalls ends at the idle limit and its socket is closed (faults.md C8)', async () => {
    await using server = await startStubLlmServer()
    const { reply, outcomes } = connectGateway(vendor, server, {
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
    const { reply, outcomes } = connectGateway(vendor, server, {
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
    const { reply, outcomes } = connectGateway(vendor, server, {
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
    const { complete, ledger, outcomes } = connectGateway(vendor, server)
    server.answers(streams(begin + delta('Sure,'), 'stall'))
    const caller = new AbortController()

    const reply = complete(request, { attribution, signal: caller.signal, onDelta: () => caller.abort() })

    await expect(reply).rejects.toMatchObject({ code: 'llm.aborted' })
    expect(await server.requests[0]?.closed).toBe('cut')
    expect(outcomes()).toEqual([['aborted', 'llm.aborted']])
    expect(ledger.rows[0]?.finished?.usage).toMatchObject({ basis: 'estimated', outputTokens: 2 })
  })

  test('a stream is closed as soon as its reply is too long', async () => {
    await using server = await startStubLlmServer()
    const { reply } = connectGateway(vendor, server)
    server.answers(streams(begin + delta('Sure,') + delta('a'.repeat(70_000)), 'stall'))

    await expect(reply()).rejects.toMatchObject({ code: 'llm.bad_response' })
    expect(await server.requests[0]?.closed).toBe('cut')
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
      const { reply, pausesMs } = connectGateway(vendor, server)
      server.answers(limited(headers), whole)

      expect(await reply()).toMatchObject({ text: 'Sure, coming up.' })
      expect(pausesMs).toEqual([pauseMs])
    })

    test.each([3600, 21])('%i seconds fail at once and are passed on', async (retryAfterS) => {
      await using server = await startStubLlmServer()
      const { reply, pausesMs, outcomes } = connectGateway(vendor, server)
      server.answers(limited({ 'retry-after': String(retryAfterS) }))

      await expect(reply()).rejects.toMatchObject({ code: 'llm.rate_limited', retryAfterS })
      expect(pausesMs).toEqual([])
      expect(outcomes()).toEqual([['failed', 'llm.rate_limited']])
    })

    test('a pause longer than what is left of the call fails at once', async () => {
      await using server = await startStubLlmServer()
      const { reply, outcomes } = connectGateway(vendor, server, { totalMs: 9_000 })
      server.answers(limited({ 'retry-after': '10' }))

      await expect(reply()).rejects.toMatchObject({ code: 'llm.rate_limited', retryAfterS: 10 })
      expect(outcomes()).toHaveLength(1)
    })
  })
})
