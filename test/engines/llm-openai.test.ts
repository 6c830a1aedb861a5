import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { LlmEnd, LlmEvent, LlmRequest } from '#engines/llm/provider.ts'
import { createOpenAiProvider } from '#engines/llm/providers/openai.ts'
import { stubLlmVendors } from '#test/support/llm-stubs.ts'
import { OPENAI_FORMAT, startStubLlmServer, streams } from '#test/support/stub-llm-server.ts'

const { openai } = stubLlmVendors()

const provider = createOpenAiProvider(new OpenAI({ apiKey: 'test-key' }))

const request: LlmRequest = {
  purpose: 'practice.reply',
  maxOutputTokens: 120,
  messages: [
    { role: 'system', text: 'You sell coffee.' },
    { role: 'assistant', text: 'Hi, what can I get you?' },
    { role: 'user', text: 'One iced americano, please.' },
  ],
}

type Told = LlmEvent | ({ type: 'end' } & LlmEnd)

async function collect(signal = new AbortController().signal, from = provider): Promise<Told[]> {
  const events: Told[] = []
  const hear = (event: LlmEvent) => void events.push(event)
  const end = await from.stream(request, { model: 'gpt-5.5-mini', signal }, hear)
  return [...events, { type: 'end', ...end }]
}

const textOf = (events: Told[]) =>
  events.flatMap((event) => (event.type === 'delta' ? event.text : [])).join('')

describe('OpenAI', () => {
  test('a chat streams as deltas and ends with the finish, the exact model, the request id and the tokens', async () => {
    openai.answers('openai-reply.sse')

    const events = await collect()

    expect(textOf(events)).toBe('Sure! One iced americano — anything else, 손님?')
    expect(events.filter(({ type }) => type === 'delta')).toHaveLength(6)
    expect(events.at(-1)).toEqual({
      type: 'end',
      finish: 'stop',
      model: 'gpt-5.5-mini-2026-08-06',
      providerRequestId: 'req_stub',
      usage: {
        basis: 'reported',
        inputTokens: 1204,
        cachedInputTokens: 1024,
        cacheWriteTokens: null,
        outputTokens: 12,
        reasoningTokens: 0,
      },
    })
  })

  test('the request carries the messages, the limit and the wish for usage', async () => {
    openai.answers('openai-reply.sse')

    await collect()

    expect(openai.requests).toHaveLength(1)
    expect(openai.requests[0]?.headers.get('authorization')).toBe('Bearer test-key')
    expect(openai.requests[0]?.body).toEqual({
      model: 'gpt-5.5-mini',
      max_completion_tokens: 120,
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'You sell coffee.' },
        { role: 'assistant', content: 'Hi, what can I get you?' },
        { role: 'user', content: 'One iced americano, please.' },
      ],
    })
  })

  test.each([
    ['openai-length.sse', 'length', 'Sure! One iced'],
    ['openai-content-filter.sse', 'filtered', 'Well,'],
    ['openai-refusal.sse', 'refused', ''],
  ])('%s ends as %s (faults.md C11)', async (fixture, finish, text) => {
    openai.answers(fixture)

    const events = await collect()

    expect(events.at(-1)).toMatchObject({ type: 'end', finish })
    expect(textOf(events)).toBe(text)
  })

  test('a compatible server elsewhere is given the older name of the limit, which all of them know', async () => {
    await using server = await startStubLlmServer()
    const elsewhere = createOpenAiProvider(new OpenAI({ apiKey: 'test-key', baseURL: `${server.url}/v1` }))
    server.answers(streams(OPENAI_FORMAT.begin + OPENAI_FORMAT.delta('Hi.') + OPENAI_FORMAT.end))

    expect(textOf(await collect(undefined, elsewhere))).toBe('Hi.')

    expect(server.requests[0]).toMatchObject({ path: '/v1/chat/completions', body: { max_tokens: 120 } })
    expect(server.requests[0]?.body).not.toHaveProperty('max_completion_tokens')
  })

  test('a compatible server that reports no usage ends with unknown usage, never zero (faults.md C13)', async () => {
    openai.answers('openai-compatible-without-usage.sse')

    const events = await collect()

    expect(textOf(events)).toBe('Of course.')
    expect(events.at(-1)).toMatchObject({
      finish: 'stop',
      model: 'llama3.1:8b',
      usage: { basis: 'unknown', inputTokens: null, outputTokens: null },
    })
  })

  test.each([
    ['a tool call nobody asked for', 'openai-tool-call.sse', 'llm.bad_response'],
    [
      'a tool call that a compatible server ends with stop',
      'openai-compatible-tool-call.sse',
      'llm.bad_response',
    ],
    ['an error inside the stream', 'openai-error-in-stream.sse', 'llm.unavailable'],
    ['a page of HTML with status 200', 'proxy-error-page.html', 'llm.bad_response'],
  ])('%s is a failure', async (_, fixture, code) => {
    openai.answers(fixture)

    await expect(collect()).rejects.toMatchObject({ code })
  })

  test.each([
    [400, 'openai-error-400.json', 'llm.rejected'],
    [401, 'openai-error-401.json', 'llm.rejected'],
    [403, 'openai-error-401.json', 'llm.rejected'],
    [404, 'openai-error-404.json', 'llm.rejected'],
    [408, 'openai-error-500.json', 'llm.unavailable'],
    [409, 'openai-error-500.json', 'llm.unavailable'],
    [429, 'openai-error-429.json', 'llm.rate_limited'],
    [429, 'openai-error-429-quota.json', 'llm.rejected'],
    [500, 'openai-error-500.json', 'llm.unavailable'],
    [502, 'proxy-error-page.html', 'llm.unavailable'],
    [503, 'openai-error-500.json', 'llm.unavailable'],
  ])('status %i with %s is %s after one attempt (faults.md C2, C3)', async (status, fixture, code) => {
    openai.fails(status, fixture)

    await expect(collect()).rejects.toMatchObject({ code })
    expect(openai.requests).toHaveLength(1)
  })

  test('a question that Azure filters ends as filtered without text', async () => {
    openai.fails(400, 'azure-openai-error-400-content-filter.json')

    expect(await collect()).toEqual([
      expect.objectContaining({
        type: 'end',
        finish: 'filtered',
        usage: expect.objectContaining({ basis: 'unknown' }),
      }),
    ])
  })

  test('an abort before the request is llm.aborted', async () => {
    await expect(collect(AbortSignal.abort())).rejects.toMatchObject({ code: 'llm.aborted' })
    expect(openai.requests).toHaveLength(0)
  })
})
