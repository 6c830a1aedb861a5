import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createEmbed } from '#engines/llm/embed.ts'
import { createScriptedProvider } from '#engines/llm/providers/scripted.ts'
import { createMemoryLedger } from '#test/support/llm-stubs.ts'
import {
  attribution,
  connectGateway,
  responds,
  startStubLlmServer,
  streams,
  VENDORS,
} from '#test/support/stub-llm-server.ts'

const exporter = new InMemorySpanExporter()

beforeAll(() => {
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
})
beforeEach(() => exporter.reset())
afterAll(() => trace.disable())

const spans = () =>
  exporter
    .getFinishedSpans()
    .map(({ name, kind, status, attributes }) => ({ name, kind, status, attributes }))

const CLIENT = 2
const ERROR = 2

test.each(VENDORS)('each attempt at $name is a span by the conventions for generative AI', async (vendor) => {
  await using server = await startStubLlmServer()
  const { reply } = connectGateway(vendor, server)
  const { begin, delta, end } = vendor.format
  server.answers(responds(503, '{}'), streams(begin + delta('Sure, coming up.') + end))

  await reply()

  const common = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': vendor.name,
    'gen_ai.request.model': 'model-1',
    'gen_ai.request.max_tokens': 100,
    'gen_ai.request.stream': true,
    'gen_ai.output.type': 'text',
    'malgil.provider': vendor.name,
    'malgil.purpose': 'practice.reply',
    'malgil.call.id': expect.any(String),
  }
  expect(spans()).toEqual([
    {
      name: 'chat model-1',
      kind: CLIENT,
      status: { code: ERROR },
      attributes: {
        ...common,
        'gen_ai.response.model': 'model-1',
        'error.type': 'llm.unavailable',
        'malgil.attempt': 1,
        'malgil.outcome': 'failed',
        'malgil.usage.basis': 'unknown',
      },
    },
    {
      name: 'chat model-1',
      kind: CLIENT,
      status: { code: 0 },
      attributes: expect.objectContaining({
        ...common,
        'gen_ai.response.model': 'stub-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.time_to_first_chunk': expect.any(Number),
        'gen_ai.usage.input_tokens': 50,
        'gen_ai.usage.output_tokens': 5,
        'malgil.attempt': 2,
        'malgil.outcome': 'completed',
        'malgil.usage.basis': 'reported',
      }),
    },
  ])
  expect(JSON.stringify(spans())).not.toMatch(/americano|coming up/)
})

test('making embeddings is an operation of its own', async () => {
  const embed = createEmbed({
    routeFor: () => [{ provider: createScriptedProvider(), model: 'local-hash-384' }],
    ledger: createMemoryLedger(),
    now: () => new Date(),
  })

  await embed({ texts: ['one'], dimensions: 16 }, { attribution })

  expect(spans()).toMatchObject([
    {
      name: 'embeddings local-hash-384',
      attributes: {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.embeddings.dimension.count': 16,
        'gen_ai.response.model': 'local-hash-16',
        'malgil.purpose': 'embed',
      },
    },
  ])
})
