import { describe, expect, test } from 'vitest'
import { type Capabilities, capabilitiesOf } from '#engines/llm/capabilities.ts'
import { createGateway } from '#engines/llm/gateway.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import { createMemoryLedger } from '#test/support/llm-stubs.ts'
import {
  attribution,
  type StubLlmServer,
  startStubLlmServer,
  streams,
  VENDORS,
} from '#test/support/stub-llm-server.ts'

const PLAIN = { ...capabilitiesOf('openai', 'any'), seed: false }

const request: LlmRequest = {
  purpose: 'practice.judge',
  maxOutputTokens: 300,
  temperature: 0.4,
  seed: 7,
  messages: [
    { role: 'system', text: 'You sell coffee.' },
    { role: 'user', text: 'One iced americano, please.' },
  ],
}
const output = { name: 'verdict', schema: { type: 'object', properties: { ok: { type: 'boolean' } } } }

const [openai, anthropic] = VENDORS

const told: string[] = []

function connect(
  vendor: (typeof VENDORS)[number] | undefined,
  server: StubLlmServer,
  own: Partial<Capabilities>,
) {
  if (!vendor) throw new Error('no vendor')
  const ledger = createMemoryLedger()
  const target = (model: string, capabilities?: Capabilities) => ({
    provider: vendor.connect(server.url),
    model,
    ...(capabilities && { capabilities }),
  })
  const complete = createGateway({
    routeFor: () => [target('first', { ...PLAIN, ...own }), target('second')],
    ledger,
    now: () => new Date('2026-11-21T09:00:00Z'),
    onUnable: ({ purpose, target: { model }, error }) => told.push(`${purpose}: ${error.message} (${model})`),
  })
  const ask = (rest: Partial<LlmRequest> = {}) => complete({ ...request, ...rest }, { attribution })
  const { begin, delta, end } = vendor.format
  server.answers(streams(begin + delta('Sure.') + end))
  return { ask, ledger }
}

const bodyOf = ({ requests }: StubLlmServer) => requests[0]?.body

describe('a request is made as its model takes it', () => {
  test('temperature and seed go where they are taken, and nowhere else', async () => {
    await using taking = await startStubLlmServer()
    await using refusing = await startStubLlmServer()

    await connect(openai, taking, { seed: true }).ask()
    await connect(openai, refusing, { temperature: false }).ask()

    expect(bodyOf(taking)).toMatchObject({ temperature: 0.4, seed: 7 })
    expect(bodyOf(refusing)).not.toHaveProperty('temperature')
    expect(bodyOf(refusing)).not.toHaveProperty('seed')
  })

  test('the answer is limited to what the model can write, with room to think for one that does', async () => {
    await using short = await startStubLlmServer()
    await using thinking = await startStubLlmServer()

    await connect(openai, short, { maxOutputTokens: 100 }).ask()
    await connect(openai, thinking, { reasoning: true }).ask()

    expect(bodyOf(short)).toMatchObject({ max_tokens: 100 })
    expect(bodyOf(thinking)).toMatchObject({ max_tokens: 300 + 2_048 })
  })

  test('instructions come before the talk where there is no role for them, apart from what the learner says', async () => {
    await using server = await startStubLlmServer()

    await connect(openai, server, { systemRole: false }).ask()

    expect(bodyOf(server)).toMatchObject({
      messages: [
        { role: 'user', content: 'Instructions:\nYou sell coffee.' },
        { role: 'assistant', content: 'Understood.' },
        { role: 'user', content: 'One iced americano, please.' },
      ],
    })
  })

  test('a format is asked for in words where the model has no other means', async () => {
    await using server = await startStubLlmServer()

    await connect(openai, server, { structured: 'none' }).ask({ output })

    expect(bodyOf(server)).not.toHaveProperty('response_format')
    expect(bodyOf(server)).toMatchObject({
      messages: [{}, {}, { role: 'system', content: expect.stringContaining('"ok":{"type":"boolean"}') }],
    })
  })
})

describe('an answer that is the call of a tool', () => {
  test('is asked for and read in the format of OpenAI', async () => {
    await using server = await startStubLlmServer()
    const { ask } = connect(openai, server, { structured: 'tool' })
    const chunk = (delta: unknown, finish: string | null) =>
      `data: ${JSON.stringify({ model: 'stub-1', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
    const call = (args: string) => ({
      tool_calls: [{ index: 0, function: { name: 'verdict', arguments: args } }],
    })
    server.answersFirst(
      streams(
        `${chunk(call('{"ok"'), null)}${chunk(call(':true}'), null)}${chunk({}, 'tool_calls')}data: [DONE]\n\n`,
      ),
    )

    expect(await ask({ output })).toMatchObject({ text: '{"ok":true}', finish: 'stop' })
    expect(bodyOf(server)).toMatchObject({
      tools: [{ type: 'function', function: { name: 'verdict', parameters: output.schema } }],
      tool_choice: { type: 'function', function: { name: 'verdict' } },
    })
  })

  test('is asked for and read in the format of Anthropic', async () => {
    await using server = await startStubLlmServer()
    const { ask } = connect(anthropic, server, { structured: 'tool' })
    const event = (type: string, rest: object) =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`
    const json = (partial: string) =>
      event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: partial } })
    server.answersFirst(
      streams(
        event('message_start', {
          message: { model: 'stub-1', usage: { input_tokens: 50, output_tokens: 1 } },
        }) +
          event('content_block_start', { index: 0, content_block: { type: 'tool_use', name: 'verdict' } }) +
          json('{"ok"') +
          json(':true}') +
          event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } }) +
          event('message_stop', {}),
      ),
    )

    expect(await ask({ output })).toMatchObject({ text: '{"ok":true}', finish: 'stop' })
    expect(bodyOf(server)).toMatchObject({
      tools: [{ name: 'verdict', input_schema: output.schema }],
      tool_choice: { type: 'tool', name: 'verdict' },
    })
  })
})

describe('what a model cannot do is known before anything is sent', () => {
  test('a model for embeddings is not talked to: the next one is, and the operator is told', async () => {
    await using server = await startStubLlmServer()
    const { ask, ledger } = connect(openai, server, { streaming: false })

    await ask()

    expect(told).toEqual(['practice.judge: first makes embeddings and no text (first)'])

    expect(ledger.rows.map(({ started }) => started.model)).toEqual(['second'])
  })

  test('a conversation that does not fit goes to the next model, and a short one is not counted', async () => {
    await using server = await startStubLlmServer()
    const { ask, ledger } = connect(openai, server, { contextWindow: 400 })
    await ask()
    const { begin, delta, end } = VENDORS[0]?.format ?? { begin: '', delta: String, end: '' }
    server.answers(streams(begin + delta('Sure.') + end))

    await ask({ messages: [{ role: 'user', text: 'one iced americano '.repeat(60) }] })

    expect(ledger.rows.map(({ started }) => started.model)).toEqual(['first', 'second'])
  })

  test('where no model can, the reason is told and the circuit stays as it is', async () => {
    await using server = await startStubLlmServer()
    const complete = createGateway({
      routeFor: () => [
        {
          provider: VENDORS[0]?.connect(server.url) ?? never(),
          model: 'narrow',
          capabilities: { ...PLAIN, contextWindow: 200 },
        },
      ],
      ledger: createMemoryLedger(),
      now: () => new Date(),
    })

    await expect(complete(request, { attribution })).rejects.toMatchObject({
      code: 'llm.too_long',
      message: expect.stringMatching(/^About \d+ tokens .* narrow takes 200$/),
    })
    expect(server.requests).toEqual([])
  })
})

test.each([
  ['openai', 'gpt-4o-mini', { contextWindow: 128_000, structured: 'json_schema', reasoning: false }],
  ['openai', 'gpt-5-mini', { contextWindow: 400_000, reasoning: true, temperature: false, seed: false }],
  ['openai', 'gpt-5-chat-latest', { contextWindow: 128_000, maxOutputTokens: 16_384 }],
  ['openai', 'gpt-5.4-mini', { contextWindow: 400_000, reasoning: true }],
  ['openai', 'gpt-5.4', { contextWindow: 1_050_000, reasoning: true }],
  ['openai', 'gpt-5.6-luna', { contextWindow: 1_050_000, maxOutputTokens: 128_000, temperature: false }],
  ['openai', 'gpt-6.1-terra', { contextWindow: 1_050_000, structured: 'json_schema', reasoning: true }],
  ['openai', 'text-embedding-3-large', { embeddings: true, streaming: false }],
  ['openai', 'a-model-of-ones-own', { contextWindow: null, embeddings: true, seed: true }],
  ['anthropic', 'claude-haiku-4-5', { contextWindow: 200_000, seed: false, embeddings: false }],
  [
    'anthropic',
    'claude-sonnet-4-6',
    { contextWindow: 1_000_000, maxOutputTokens: 128_000, temperature: true },
  ],
  ['anthropic', 'claude-opus-4-7', { temperature: false, reasoning: false }],
  ['anthropic', 'claude-haiku-5-5', { contextWindow: 1_000_000, temperature: false, reasoning: true }],
  ['anthropic', 'claude-of-another-year', { contextWindow: null, temperature: false, reasoning: true }],
  ['anthropic', 'claude-opus-4-1-20250805', { structured: 'tool' }],
  ['anthropic', 'claude-3-5-haiku-latest', { structured: 'tool' }],
] as const)('of %s, %s is known', (kind, model, known) => {
  expect(capabilitiesOf(kind, model)).toMatchObject(known)
})

const never = (): never => {
  throw new Error('no vendor')
}
