import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { capabilitiesOf } from '#engines/llm/capabilities.ts'
import { createEmbed } from '#engines/llm/embed.ts'
import type { GatewayDeps, LlmTarget } from '#engines/llm/gateway.ts'
import { createAnthropicProvider } from '#engines/llm/providers/anthropic.ts'
import { localEmbedding } from '#engines/llm/providers/local-embedding.ts'
import { createOpenAiProvider } from '#engines/llm/providers/openai.ts'
import { createScriptedProvider } from '#engines/llm/providers/scripted.ts'
import { createMemoryLedger } from '#test/support/llm-stubs.ts'
import {
  attribution,
  neverAnswers,
  responds,
  type StubLlmServer,
  startStubLlmServer,
} from '#test/support/stub-llm-server.ts'

const MODEL = 'text-embedding-3-small'

const target = ({ url }: Pick<StubLlmServer, 'url'>, name = 'openai', model = MODEL): LlmTarget => ({
  provider: createOpenAiProvider(new OpenAI({ apiKey: 'test-key', baseURL: `${url}/v1` }), name),
  model,
  capabilities: capabilitiesOf('openai', model),
})

const local: LlmTarget = {
  provider: createScriptedProvider(),
  model: 'local-hash-384',
  capabilities: capabilitiesOf('scripted', 'local-hash-384'),
}

function connect(route: LlmTarget[], deps: Partial<GatewayDeps> = {}) {
  const ledger = createMemoryLedger()
  const pausesMs: number[] = []
  const embed = createEmbed({
    routeFor: () => route,
    ledger,
    now: () => new Date('2026-11-21T09:00:00Z'),
    sleep: async (ms) => void pausesMs.push(ms),
    random: () => 0,
    ...deps,
  })
  const rows = () =>
    ledger.rows.map(({ started, finished }) => [
      started.purpose,
      started.provider,
      finished?.outcome,
      finished?.errorCode,
    ])
  return { embed, ledger, rows, pausesMs }
}

const vectors = (...embeddings: unknown[]) =>
  responds(
    200,
    JSON.stringify({
      object: 'list',
      model: `${MODEL}-exact`,
      data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      usage: { prompt_tokens: 8, total_tokens: 8 },
    }),
  )

describe('embeddings of a compatible server', () => {
  test('come in the order of the texts, with a row of what they used', async () => {
    await using server = await startStubLlmServer()
    const { embed, ledger } = connect([target(server)])
    server.answers(vectors([0.1, 0.2, 0.3], [0.4, 0.5, 0.6]))

    const made = await embed({ texts: ['one', 'two'], dimensions: 3 }, { attribution })

    expect(made).toEqual({
      vectors: [
        [0.1, 0.2, 0.3],
        [0.4, 0.5, 0.6],
      ],
      provider: 'openai',
      model: MODEL,
      dimensions: 3,
    })
    expect(server.requests[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: MODEL, input: ['one', 'two'], dimensions: 3, encoding_format: 'float' },
    })
    expect(ledger.rows[0]).toMatchObject({
      started: { purpose: 'embed', attribution },
      finished: {
        outcome: 'completed',
        model: `${MODEL}-exact`,
        usage: { basis: 'reported', inputTokens: 8, outputTokens: 0 },
      },
    })
  })

  test('are asked for in batches, by one model, each with its row', async () => {
    await using first = await startStubLlmServer()
    await using second = await startStubLlmServer()
    const { embed, rows } = connect([target(first, 'first', 'small-a'), target(second, 'second', 'small-b')])
    first.answers(responds(400, '{}'))
    second.answers(vectors(...Array.from({ length: 96 }, () => [1, 0])), vectors([0, 1]))

    const texts = Array.from({ length: 97 }, (_, at) => `text ${at}`)
    const made = await embed({ texts }, { attribution })

    expect(made.vectors).toHaveLength(97)
    expect(made.vectors.at(-1)).toEqual([0, 1])
    expect(rows()).toEqual([
      ['embed', 'first', 'failed', 'llm.rejected'],
      ['embed', 'second', 'completed', null],
      ['embed', 'second', 'completed', null],
    ])
  })

  test.each([
    ['not at all', {}],
    ['as zero', { usage: { prompt_tokens: 0, total_tokens: 0 } }],
  ])('that a server counts %s are estimated (faults.md C21)', async (_case, usage) => {
    await using server = await startStubLlmServer()
    const { embed, ledger } = connect([target(server)])
    server.answers(responds(200, JSON.stringify({ data: [{ index: 0, embedding: [1] }], ...usage })))

    await embed({ texts: ['One iced americano, please.'] }, { attribution })

    expect(ledger.rows[0]?.finished?.usage).toMatchObject({
      basis: 'estimated',
      inputTokens: 10,
      outputTokens: 0,
    })
  })

  test.each([
    ['too few', [[1, 2]]],
    ['of different lengths', [[1, 2], [1]]],
    [
      'without a direction',
      [
        [1, 2],
        [0, 0],
      ],
    ],
    [
      'of text',
      [
        [1, 2],
        ['x', 'y'],
      ],
    ],
    ['empty', [[], []]],
  ])('that are %s are no answer, and asked for again', async (_, wrong) => {
    await using server = await startStubLlmServer()
    const { embed, rows } = connect([target(server)])
    server.answers(vectors(...wrong), vectors([1, 2], [3, 4]))

    expect((await embed({ texts: ['one', 'two'] }, { attribution })).vectors).toHaveLength(2)
    expect(rows().map(([, , outcome, code]) => [outcome, code])).toEqual([
      ['failed', 'llm.bad_response'],
      ['completed', null],
    ])
  })

  test('that never come end at the deadline, the socket closed', async () => {
    await using server = await startStubLlmServer()
    const { embed, rows } = connect([target(server)], { limits: { totalMs: 50 } })
    server.answers(neverAnswers)

    await expect(embed({ texts: ['one'] }, { attribution })).rejects.toMatchObject({ code: 'llm.timed_out' })
    expect(rows()).toEqual([['embed', 'openai', 'timed_out', 'llm.timed_out']])
    expect(await server.requests[0]?.closed).toBe('cut')
  })

  test('are retried after a pause the server asks for, and refused where the budget is spent', async () => {
    await using server = await startStubLlmServer()
    const { embed, pausesMs } = connect([target(server)])
    server.answers(responds(429, '{}', { 'retry-after': '2' }), vectors([1]))
    await embed({ texts: ['one'] }, { attribution })
    expect(pausesMs).toEqual([2_000])

    const spent = new Error('spent')
    const refused = connect([target(server)], { mayCall: () => Promise.reject(spent) })
    await expect(refused.embed({ texts: ['one'] }, { attribution })).rejects.toBe(spent)
    expect(refused.rows()).toEqual([])
  })

  test('are given up with their caller', async () => {
    await using server = await startStubLlmServer()
    const { embed, rows } = connect([target(server)])
    const caller = new AbortController()
    server.answers(() => caller.abort())

    const call = embed({ texts: ['one'] }, { attribution, signal: caller.signal })

    await expect(call).rejects.toMatchObject({ code: 'llm.aborted' })
    expect(rows()).toEqual([['embed', 'openai', 'aborted', 'llm.aborted']])
  })
})

describe('who can make none', () => {
  test('a vendor without embeddings is refused with its name, before anything is sent', async () => {
    const provider = createAnthropicProvider(new Anthropic({ apiKey: 'test-key' }))
    const { embed, rows } = connect([{ provider, model: 'claude-haiku-4-5' }])

    await expect(embed({ texts: ['one'] }, { attribution })).rejects.toMatchObject({
      code: 'llm.unsupported',
      message: expect.stringContaining('anthropic has no embeddings'),
    })
    expect(rows()).toEqual([])
  })

  test('a model for talk is passed over, and another model than the wanted is not asked', async () => {
    await using server = await startStubLlmServer()
    const { embed } = connect([target(server, 'openai', 'gpt-4o-mini'), local])

    expect(await embed({ texts: ['one'] }, { attribution })).toMatchObject({ model: 'local-hash-384' })
    await expect(embed({ texts: ['one'] }, { attribution, model: MODEL })).rejects.toMatchObject({
      code: 'llm.unsupported',
    })
  })

  test.each([[[]], [['one', ' ']]])('nothing is made of %o', async (texts) => {
    await expect(connect([local]).embed({ texts }, { attribution })).rejects.toMatchObject({
      code: 'llm.nothing_to_embed',
      kind: 'invalid',
    })
  })
})

describe('the embedding that is made here', () => {
  const likeness = (one: string, other: string) => {
    const [a, b] = [localEmbedding(one, 384), localEmbedding(other, 384)]
    return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
  }

  test('is the same each time, of length 1, in as many dimensions as asked, and costs nothing', async () => {
    const { embed, ledger } = connect([local])
    const texts = ['Order a coffee', '커피 주문']

    const first = await embed({ texts, dimensions: 64 }, { attribution })

    expect(await embed({ texts, dimensions: 64 }, { attribution })).toEqual(first)
    expect(first.vectors.map((vector) => Math.hypot(...vector))).toEqual([
      expect.closeTo(1, 10),
      expect.closeTo(1, 10),
    ])
    expect(first.vectors.map(({ length }) => length)).toEqual([64, 64])
    expect(ledger.rows[0]?.finished).toMatchObject({ model: 'local-hash-64', usage: { basis: 'none' } })
  })

  test('is nearer to what shares words, or parts of them', () => {
    expect(likeness('ordering coffee', 'order a coffee')).toBeGreaterThan(0.5)
    expect(likeness('ordering coffee', 'a bus to the station')).toBeLessThan(0.2)
    expect(likeness('Order a COFFEE!', 'order a coffee')).toBeCloseTo(1, 10)
    expect(localEmbedding('?!', 8)).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  })
})
