import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createRouteFor } from '#app/llm-routes.ts'
import { PROMPT_CONTRACTS } from '#app/prompt-contracts.ts'
import { createGateway } from '#engines/llm/gateway.ts'
import { isRecord, toJsonSchema } from '#engines/prompt/picoschema.ts'
import { readContent } from '#features/content/index.ts'
import { JudgeAnswer } from '#features/practice/judgement.ts'
import type { ModelRoutes } from '#platform/model-routes.ts'
import { REPOSITORY } from '../support/repository.ts'
import { OPENAI_FORMAT, startStubLlmServer, streams } from '../support/stub-llm-server.ts'

const { prompts, faults } = readContent(REPOSITORY, PROMPT_CONTRACTS)

test('the prompts of the service use what it gives them', () => {
  expect(faults).toEqual([])
  expect(prompts.map(({ value }) => value.name)).toEqual(
    expect.arrayContaining(Object.keys(PROMPT_CONTRACTS)),
  )
})

test('the output.schema of the judge is what the code asks the model for', () => {
  const judge = prompts.find(({ value }) => value.name === 'turn-judge')?.value
  expect(judge?.output?.format).toBe('json')
  const authored = toJsonSchema(judge?.output?.schema).schema
  expect(shapeOf(authored)).toEqual(shapeOf(z.toJSONSchema(JudgeAnswer)))
})

/** Names, types and choices; bounds and descriptions are for the model, and Picoschema cannot say the bounds. */
function shapeOf(schema: unknown): unknown {
  if (!isRecord(schema)) return schema
  const { properties, items, enum: choices, anyOf, type } = schema
  if (isRecord(properties)) {
    return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, shapeOf(value)]))
  }
  if (items) return [shapeOf(items)]
  if (Array.isArray(choices)) return choices.map((choice: unknown) => choice ?? 'null')
  if (Array.isArray(anyOf)) return anyOf.flatMap((each) => shapeOf(each))
  return type
}

describe('what a prompt asks of the model', () => {
  const own = { kind: 'openai', apiKey: 'test-key' } as const
  const request = {
    purpose: 'practice.reply',
    maxOutputTokens: 50,
    temperature: 0.3,
    model: 'own/small',
    messages: [{ role: 'user' as const, text: 'Hi' }],
  }
  const attribution = { appId: 'app', userId: 'user', turnId: null }
  const nothing = async () => {}
  const reply = streams(`${OPENAI_FORMAT.begin}${OPENAI_FORMAT.delta('Hi!')}${OPENAI_FORMAT.end}`)

  async function ask(routes: ModelRoutes['routes'], model = request.model) {
    await using vendor = await startStubLlmServer()
    vendor.answers(reply)
    const providers = {
      own: { ...own, baseUrl: `${vendor.url}/v1` },
      usual: { ...own, baseUrl: `${vendor.url}/v1` },
    }
    const complete = createGateway({
      routeFor: createRouteFor({ providers, routes }),
      ledger: { started: nothing, finished: nothing },
      now: () => new Date(),
    })
    const { provider } = await complete({ ...request, model }, { attribution })
    return { provider, body: vendor.requests[0]?.body }
  }
  const usual = [{ provider: 'usual', model: 'large' }]

  test('is asked of the model that it names, where no route is configured for its purpose', async () => {
    expect(await ask({ default: usual })).toMatchObject({
      provider: 'own',
      body: { model: 'small', temperature: 0.3 },
    })
  })

  test('is asked of the configured model where there is a route', async () => {
    expect(await ask({ default: usual, 'practice.reply': usual })).toMatchObject({
      provider: 'usual',
      body: { model: 'large', temperature: 0.3 },
    })
  })

  test('is asked of the usual model where nobody is connected to the one that it names', async () => {
    expect(await ask({ default: usual }, 'nobody/small')).toMatchObject({ provider: 'usual' })
  })
})
