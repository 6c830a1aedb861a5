import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import type { LlmEnd, LlmEvent, LlmMessage } from '#engines/llm/provider.ts'
import { createAnthropicProvider } from '#engines/llm/providers/anthropic.ts'
import { stubLlmVendors } from '#test/support/llm-stubs.ts'

const { anthropic } = stubLlmVendors()

const provider = createAnthropicProvider(new Anthropic({ apiKey: 'test-key' }))

const ORDER: LlmMessage[] = [
  { role: 'system', text: 'You sell coffee.' },
  { role: 'user', text: 'One iced americano, please.' },
]

type Told = LlmEvent | ({ type: 'end' } & LlmEnd)

async function collect(messages = ORDER): Promise<Told[]> {
  const request = { purpose: 'practice.reply', maxOutputTokens: 120, messages }
  const call = { model: 'claude-haiku-4-5', signal: new AbortController().signal }
  const events: Told[] = []
  const end = await provider.stream(request, call, (event) => void events.push(event))
  return [...events, { type: 'end', ...end }]
}

const textOf = (events: Told[]) =>
  events.flatMap((event) => (event.type === 'delta' ? event.text : [])).join('')

describe('Anthropic', () => {
  test('is sent the temperature on its own scale', async () => {
    anthropic.answers('anthropic-reply.sse')
    const request = { purpose: 'practice.reply', maxOutputTokens: 120, messages: ORDER, temperature: 1.5 }
    const call = { model: 'claude-haiku-4-5', signal: new AbortController().signal }
    await provider.stream(request, call, () => {})
    expect(anthropic.requests[0]).toMatchObject({ body: { temperature: 1 } })
  })

  test('a message streams as deltas; its input counts what went through the cache', async () => {
    anthropic.answers('anthropic-reply.sse')

    const events = await collect()

    expect(textOf(events)).toBe('Sure! One iced americano — anything else, 손님?')
    expect(events[0]).toMatchObject({ type: 'start', model: 'claude-haiku-4-5-20251001', inputTokens: 1345 })
    expect(events.at(-1)).toEqual({
      type: 'end',
      finish: 'stop',
      model: 'claude-haiku-4-5-20251001',
      providerRequestId: 'req_stub',
      usage: {
        basis: 'reported',
        inputTokens: 1345,
        cachedInputTokens: 1024,
        cacheWriteTokens: 300,
        outputTokens: 15,
        reasoningTokens: null,
      },
    })
  })

  test('system messages move to the system field', async () => {
    anthropic.answers('anthropic-reply.sse')

    await collect([...ORDER, { role: 'system', text: 'Be brief.' }])

    expect(anthropic.requests[0]?.headers.get('authorization')).toBe('Bearer test-key')
    expect(anthropic.requests[0]?.body).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 120,
      stream: true,
      system: 'You sell coffee.\n\nBe brief.',
      messages: [{ role: 'user', content: 'One iced americano, please.' }],
    })
  })

  test('a conversation that the other side opens still begins with a user message', async () => {
    anthropic.answers('anthropic-reply.sse')

    await collect([{ role: 'assistant', text: 'Hi there!' }, ...ORDER])

    expect(anthropic.requests[0]?.body).toMatchObject({
      messages: [
        { role: 'user', content: '(The conversation begins.)' },
        { role: 'assistant', content: 'Hi there!' },
        { role: 'user', content: 'One iced americano, please.' },
      ],
    })
  })

  test.each([
    ['anthropic-max-tokens.sse', 'length', 'Sure! One iced'],
    ['anthropic-refusal.sse', 'refused', ''],
    ['anthropic-thinking.sse', 'stop', 'Coming right up.'],
  ])('%s ends as %s (faults.md C11)', async (fixture, finish, text) => {
    anthropic.answers(fixture)

    const events = await collect()

    expect(events.at(-1)).toMatchObject({ type: 'end', finish })
    expect(textOf(events)).toBe(text)
  })

  test.each([
    ['a tool call nobody asked for', 'anthropic-tool-use.sse', 'llm.bad_response'],
    ['an end between message_delta and message_stop', 'anthropic-cut-before-stop.sse', 'llm.bad_response'],
    ['an error inside the stream', 'anthropic-error-in-stream.sse', 'llm.unavailable'],
    ['a page of HTML with status 200', 'proxy-error-page.html', 'llm.bad_response'],
  ])('%s is a failure', async (_, fixture, code) => {
    anthropic.answers(fixture)

    await expect(collect()).rejects.toMatchObject({ code })
  })

  test.each([
    [400, 'anthropic-error-400.json', 'llm.rejected'],
    [401, 'anthropic-error-401.json', 'llm.rejected'],
    [403, 'anthropic-error-401.json', 'llm.rejected'],
    [404, 'anthropic-error-404.json', 'llm.rejected'],
    [408, 'anthropic-error-500.json', 'llm.unavailable'],
    [409, 'anthropic-error-500.json', 'llm.unavailable'],
    [413, 'anthropic-error-400.json', 'llm.rejected'],
    [429, 'anthropic-error-429.json', 'llm.rate_limited'],
    [500, 'anthropic-error-500.json', 'llm.unavailable'],
    [502, 'proxy-error-page.html', 'llm.unavailable'],
    [529, 'anthropic-error-529.json', 'llm.unavailable'],
  ])('status %i with %s is %s after one attempt (faults.md C2, C3)', async (status, fixture, code) => {
    anthropic.fails(status, fixture)

    await expect(collect()).rejects.toMatchObject({ code })
    expect(anthropic.requests).toHaveLength(1)
  })
})
