import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ANTHROPIC_FORMAT,
  responds,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const routes = (first: string, second: string) => `providers:
  first: { kind: openai, api_key_env: FIRST_KEY, base_url: "${first}/v1" }
  second: { kind: anthropic, api_key_env: SECOND_KEY, base_url: "${second}" }
routes:
  default:
    - { provider: first, model: big }
    - { provider: second, model: small }
  practice.judge:
    - { provider: second, model: small }
`

const PRICE = {
  id: 'second-small',
  provider: 'second',
  models: ['small*'],
  validFrom: '2020-01-01',
  validUntil: undefined,
  microUsdPerToken: { input: 2, cachedInput: 0.2, cacheWrite: 2.5, output: 10 },
  microUsdPerAudioMinute: undefined,
}

let first: StubLlmServer
let second: StubLlmServer
let app: TestApp
beforeAll(async () => {
  first = await startStubLlmServer()
  second = await startStubLlmServer()
  const file = join(await mkdtemp(join(tmpdir(), 'malgil-routes-')), 'models.yaml')
  await writeFile(file, routes(first.url, second.url))
  app = await startTestApp({
    env: { MALGIL_LLM_ROUTES: file, FIRST_KEY: 'key-1', SECOND_KEY: 'key-2' },
    prices: [PRICE],
  })
})
afterAll(async () => {
  await app.close()
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

/** The samples of a metric: labels in their order, and the value. */
async function samples(name: string): Promise<string[]> {
  const { body } = await app.get('/metrics', { key: null })
  const text: string = body
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .map((line) => line.slice(name.length))
    .toSorted()
}

test('what calls used, cost and came to is counted by purpose, provider, model and outcome', async () => {
  // A refusal is not repeated; five outages in a row open the circuit.
  first.answers(responds(401, '{}'), ...Array.from({ length: 5 }, () => responds(503, '{}')))
  const { begin, delta, end } = ANTHROPIC_FORMAT
  second.answers(...Array.from({ length: 4 }, () => streams(begin + delta('Sure.') + end)))
  const { path } = await app.givenSession()
  for (const text of ['An iced americano, please.', 'Small.', 'Here.', 'Card.']) {
    expect(await app.post(`${path}/turns`, { text })).toMatchObject({
      status: 201,
      body: { reply: { provider: 'second' } },
    })
  }

  const big = 'purpose="practice.reply",provider="first",model="big"'
  const reply = 'purpose="practice.reply",provider="second",model="stub-1"'
  const judge = 'purpose="practice.judge",provider="second",model="stub-1"'
  expect(await samples('malgil_llm_attempts_total')).toEqual([
    `{${judge},outcome="completed"} 4`,
    `{${big},outcome="failed"} 6`,
    `{${reply},outcome="completed"} 4`,
  ])
  expect(await samples('malgil_llm_tokens_total')).toEqual([
    `{${judge},kind="input"} 200`,
    `{${judge},kind="output"} 20`,
    `{${reply},kind="input"} 200`,
    `{${reply},kind="output"} 20`,
  ])
  expect(await samples('malgil_llm_cost_micro_usd_total')).toEqual([`{${judge}} 600`, `{${reply}} 600`])
  expect(await samples('malgil_llm_usage_basis_total')).toContain(`{${reply},basis="reported"} 4`)
  expect(await samples('malgil_llm_first_token_seconds_count')).toContain(`{${reply},outcome="completed"} 4`)
  expect(await samples('malgil_llm_fallbacks_total')).toEqual([
    '{purpose="practice.reply",from="first/big",to="second/small"} 4',
  ])
  expect(await samples('malgil_llm_circuit_state')).toEqual(['{target="first/big"} 2'])
  expect(await samples('malgil_llm_unpriced_calls_total')).toEqual(['{provider="first",model="big"} 6'])
})
