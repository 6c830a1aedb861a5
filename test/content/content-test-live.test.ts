import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chooseModels } from '#app/content-test/choose-models.ts'
import { testContent } from '#app/content-test/test-content.ts'
import { callMalgil } from '../support/malgil-program.ts'
import {
  ANTHROPIC_FORMAT,
  OPENAI_FORMAT,
  responds,
  type StubLlmServer,
  startStubLlmServer,
  streams,
} from '../support/stub-llm-server.ts'
import { copyContent, personaWithTests, type TestContent } from '../support/test-content.ts'

const FILE = 'personas/tester.persona.md'
const GOOD = { reason: 'It asks back.', score: 0.9, pass: true }
const BAD = { reason: 'It lectures.', score: 0.2, pass: false }

const RUBRIC_TEST = `  - says: "I went to the market."
    recorded: ["[happy] This hand-written answer is not for models."]
    assert:
      - { type: icontains, value: market }
      - { type: llm-rubric, value: "Asks {{name}} back." , recorded: '{"reason": "x", "score": 0, "pass": false}' }`.replace(
  ' ,',
  ',',
)

const OPENAI = { kind: 'openai', format: OPENAI_FORMAT, model: 'gpt-4o-mini', at: '/v1', name: 'OPENAI' }
const VENDORS = [
  OPENAI,
  { kind: 'anthropic', format: ANTHROPIC_FORMAT, model: 'claude-haiku-4-5', at: '', name: 'ANTHROPIC' },
]

let vendor: StubLlmServer
let content: TestContent
beforeAll(async () => {
  vendor = await startStubLlmServer()
  content = copyContent()
})
afterEach(() => {
  vendor.requests.length = 0
  vendor.judgements.length = 0
})
afterAll(async () => {
  content[Symbol.dispose]()
  await vendor[Symbol.asyncDispose]()
})

const envOf = ({ kind, at, name, model }: (typeof VENDORS)[number], asked = model) => ({
  MALGIL_LLM_PROVIDER: kind,
  MALGIL_LLM_MODEL: asked,
  [`${name}_API_KEY`]: 'test-key',
  [`${name}_BASE_URL`]: `${vendor.url}${at}`,
})

function run(tests: string, env: Record<string, string>) {
  content.write(FILE, personaWithTests(tests))
  return testContent({ root: content.root, paths: [FILE], models: chooseModels(env, undefined), atOnce: 1 })
}

const says = (text: string, { begin, delta, end } = OPENAI_FORMAT) => streams(`${begin}${delta(text)}${end}`)

describe.each(VENDORS)('with a model of $kind', (chosen) => {
  test('the model answers and not the hand-written answer, and another call grades it', async () => {
    vendor.answers(says('[happy] Oh, the market! What did you buy?', chosen.format))
    vendor.judges(GOOD)

    const { tests, counts, costMicroUsd } = await run(RUBRIC_TEST, envOf(chosen))

    expect(counts).toEqual({ PASS: 1, FAIL: 0, ERROR: 0, SKIP: 0 })
    expect(tests[0]).toMatchObject({
      basis: 'model',
      models: [expect.stringContaining(chosen.kind)],
      score: 0.95,
    })
    expect(tests[0]?.transcript).toContain('Partner: Oh, the market! What did you buy?')
    expect(costMicroUsd).toBeGreaterThan(0)
    const graded = JSON.stringify(vendor.judgements[0]?.body)
    expect(graded).toContain('Asks Tester back.')
    expect(graded).toContain('What did you buy?')
    expect(graded).not.toContain('{{')
  })

  test('a grader that finds the reply wanting fails the test', async () => {
    vendor.answers(says('The market is a place of trade.', chosen.format))
    vendor.judges(BAD)

    const { tests, counts } = await run(RUBRIC_TEST, envOf(chosen))

    expect(counts).toEqual({ PASS: 0, FAIL: 1, ERROR: 0, SKIP: 0 })
    expect(tests[0]?.assertions.map(({ type, grade }) => [type, grade.status, grade.reason])).toEqual([
      ['icontains', 'PASS', expect.anything()],
      ['llm-rubric', 'FAIL', 'It lectures.'],
    ])
  })

  test('a grader without a usable answer is an error and never a failure', async () => {
    vendor.answers(says('Oh, the market!', chosen.format))
    vendor.judges('I like it a lot.', '{"score": 7}')

    const { tests, counts } = await run(RUBRIC_TEST, envOf(chosen))

    expect(counts).toEqual({ PASS: 0, FAIL: 0, ERROR: 1, SKIP: 0 })
    expect(tests[0]?.assertions[1]?.grade).toMatchObject({ status: 'ERROR', score: null })
    expect(vendor.judgements).toHaveLength(2)
  })
})

test('a failure is told although the grader is down too', async () => {
  vendor.answers(says('Nice.'))
  vendor.judges('nonsense', 'nonsense')

  const { counts } = await run(RUBRIC_TEST, envOf(OPENAI))

  expect(counts).toEqual({ PASS: 0, FAIL: 1, ERROR: 0, SKIP: 0 })
})

test('a model that refuses our key is an error, with its code', async () => {
  vendor.answers(responds(401, '{"error": {"message": "no"}}'))

  const { tests, counts } = await run(RUBRIC_TEST, envOf(OPENAI))

  expect(counts).toEqual({ PASS: 0, FAIL: 0, ERROR: 1, SKIP: 0 })
  expect(tests[0]).toMatchObject({ reason: expect.stringContaining('llm.rejected'), assertions: [] })
})

describe('latency and cost come from the ledger of the calls', () => {
  const FACTS = `  - says: "Hi"
    assert:
      - { type: latency, threshold: 30000 }
      - { type: not-latency, threshold: 0 }
      - { type: cost, threshold: 0.01 }
      - { type: not-cost, threshold: 0 }`

  test('measured and priced by the name that was asked for', async () => {
    vendor.answers(says('Hello!'))

    const { counts } = await run(FACTS.replace(/\n.*not-latency.*/, ''), envOf(OPENAI))

    expect(counts).toMatchObject({ PASS: 1 })
  })

  test('a model without a price has an unknown cost, which is an error', async () => {
    vendor.answers(says('Hello!'))

    const { tests, costMicroUsd } = await run(FACTS, envOf(OPENAI, 'nobodys-model'))

    expect(
      tests[0]?.assertions.filter(({ grade }) => grade.status === 'ERROR').map(({ type }) => type),
    ).toEqual(['cost', 'not-cost'])
    expect(costMicroUsd).toBeNull()
  })
})

test('a learner with instructions is played by the model, from its own prompt and in its own role', async () => {
  const talk = `  - learner: beginner-korean
    max_turns: 2
    assert:
      - { type: contains-all, of: conversation, value: ["Learner: I eat noodle.", "Partner: Why noodles?"] }`
  vendor.answers(says('I eat noodle.'), says('Oh? Where?'), says('At market.'), says('[happy] Why noodles?'))

  const { tests, counts } = await run(talk, envOf(OPENAI))

  expect(counts).toMatchObject({ PASS: 1 })
  expect(tests[0]?.turns).toBe(2)
  const messagesOf = (at: number) =>
    (vendor.requests[at]?.body as { messages: { role: string; content: string }[] } | undefined)?.messages ??
    []
  const [system, ...talked] = messagesOf(2)
  expect(system?.content).toContain('Your level: A2')
  expect(system?.content).toContain('Your first language: Korean')
  expect(system?.content).toContain('- leaves articles out')
  expect(talked).toEqual([
    { role: 'user', content: 'Hello!' },
    { role: 'assistant', content: 'I eat noodle.' },
    { role: 'user', content: 'Oh? Where?' },
  ])
  expect(messagesOf(1).at(-1)).toEqual({ role: 'user', content: '<learner>I eat noodle.</learner>' })
})

describe('how near a reply is in meaning', () => {
  const SIMILAR = `  - says: "Hi"
    assert:
      - { type: similar, value: ["It is open.", "We are open."] }
      - { type: not-similar, value: "Go away.", threshold: 0.5 }
      - { type: cost, threshold: 0.01 }`
  const vectors = (...embeddings: number[][]) =>
    responds(
      200,
      JSON.stringify({
        model: 'text-embedding-3-small',
        data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
        usage: { prompt_tokens: 1_000_000, total_tokens: 1_000_000 },
      }),
    )
  const env = () => ({ ...envOf(OPENAI), MALGIL_EMBED_MODEL: 'text-embedding-3-small' })
  const grades = ({ tests: [first] }: Awaited<ReturnType<typeof run>>) =>
    first?.assertions.map(({ type, grade }) => [type, grade.status, grade.score])

  test('is what the configured model for embeddings makes of it, and no part of what the reply cost', async () => {
    vendor.answers(says('We are open.'), vectors([1, 0], [0, 1], [4, 3]), vectors([1, 0], [0, 1]))

    const report = await run(SIMILAR, env())

    expect(grades(report)).toEqual([
      ['similar', 'PASS', 0.8],
      ['not-similar', 'PASS', 1],
      ['cost', 'PASS', 1],
    ])
    expect(vendor.requests.map(({ path }) => path)).toEqual([
      '/v1/chat/completions',
      '/v1/embeddings',
      '/v1/embeddings',
    ])
    expect(vendor.requests[1]?.body).toMatchObject({
      model: 'text-embedding-3-small',
      input: ['We are open.', 'It is open.', 'We are open.'],
    })
    expect(report.tests[0]?.models).toEqual([expect.stringContaining('openai/')])
    expect(report.costMicroUsd).toBeGreaterThan(2 * 20_000)
  })

  test('fails what is far from it', async () => {
    vendor.answers(says('Go away.'), vectors([1, 0], [0, 1], [0, 1]), vectors([1, 0], [1, 0]))

    expect(grades(await run(SIMILAR, env()))?.slice(0, 2)).toEqual([
      ['similar', 'FAIL', 0],
      ['not-similar', 'FAIL', 0],
    ])
  })

  test('is an error when that model is down, and skipped when there is none', async () => {
    const refused = () => responds(401, '{"error": {"message": "no"}}')
    vendor.answers(says('We are open.'), refused(), refused())
    const down = await run(SIMILAR, env())
    vendor.answers(says('We are open.'))
    const none = await run(SIMILAR, envOf(OPENAI))

    expect(grades(down)?.slice(0, 2)).toEqual([
      ['similar', 'ERROR', null],
      ['not-similar', 'ERROR', null],
    ])
    expect(down.counts).toMatchObject({ ERROR: 1, FAIL: 0 })
    expect(grades(none)?.slice(0, 2)).toEqual([
      ['similar', 'SKIP', null],
      ['not-similar', 'SKIP', null],
    ])
    expect(none.counts).toMatchObject({ PASS: 1 })
  })
})

test('the judge of the words: what a model says is read and filtered, hand-written answers stay theirs', async () => {
  const file = 'prompts/turn-judge.prompt.md'
  const safety = { verdict: 'safe', category: null, evidence: null }
  const neutral = {
    appropriateness: null,
    grammar: null,
    vocabulary: null,
    corrections: [],
    is_over: false,
    safety,
  }
  vendor.judges(
    { ...neutral, goals_met: [{ goal: 'answer-sugar', words: 'no sugar' }], learner: 'answering' },
    { ...neutral, goals_met: [], learner: 'off_topic' },
  )

  const models = chooseModels(envOf(OPENAI), undefined)
  const { tests } = await testContent({ root: content.root, paths: [file], models, atOnce: 1 })

  expect(tests.map(({ status, basis }) => [status, basis])).toEqual([
    ['FAIL', 'model'],
    ['PASS', 'hand-written'],
    ['PASS', 'hand-written'],
    ['PASS', 'hand-written'],
    ['PASS', 'model'],
  ])
})

describe('a variation', () => {
  const file = 'prompts/situations/cafe-ordering/takeout-with-card.yaml'
  const safety = { verdict: 'safe', category: null, evidence: null }
  const neutral = {
    appropriateness: null,
    grammar: null,
    vocabulary: null,
    corrections: [],
    is_over: false,
    safety,
  }
  const silent = { ...neutral, goals_met: [], learner: 'answering' }
  const SHORT = ['order-to-go', 'finish-order', 'pay-by-card', 'answer-receipt']

  /** One line for each goal, as the check demands, and one that only a judge can understand. */
  function givenShortTests() {
    const text = readFileSync(join(content.root, file), 'utf8')
    const [body = '', tests = ''] = text.split('\ntests:\n')
    const first = SHORT.map((goal) => {
      const [, says = ''] = new RegExp(`- says: (.*)\\n    expects_goal: ${goal}`).exec(tests) ?? []
      return `  - { says: ${says}, expects_goal: ${goal} }\n`
    })
    const judged =
      '  - { says: "Something milky that I carry.", assert: [{ type: goals-met, value: [order-to-go] }] }\n'
    content.write(file, `${body}\ntests:\n${first.join('')}${judged}`)
    return testContent({
      root: content.root,
      paths: [file],
      models: chooseModels(envOf(OPENAI), undefined),
      atOnce: 1,
    })
  }

  test('is played by the model and judged as in the service; a judge that fails is an error', async () => {
    vendor.answers(...Array.from({ length: 5 }, () => says('Of course.')))
    const goal = { ...silent, goals_met: [{ goal: 'order-to-go', words: 'Something milky' }] }
    vendor.judges('nonsense', 'nonsense', silent, silent, silent, goal)

    const { tests } = await givenShortTests()

    expect(tests.map(({ status }) => status)).toEqual(['ERROR', 'PASS', 'PASS', 'PASS', 'PASS'])
    expect(tests[0]?.reason).toContain('llm.unfit_answer')
    expect(JSON.stringify(vendor.requests[1]?.body)).toContain('(reached)')
  })
})

test('a run in which only the grader failed ends with code 3, one with a failure with code 1', async () => {
  content.write(FILE, personaWithTests(RUBRIC_TEST))
  const env = { ...envOf(OPENAI), MALGIL_CONTENT_DIR: content.root }
  vendor.answers(says('Oh, the market!'), says('Nice.'))
  vendor.judges('nonsense', 'nonsense', GOOD)

  const broken = await callMalgil(['content', 'test', FILE], env)
  const failed = await callMalgil(['content', 'test', FILE, '--json'], env)

  expect(broken.exitCode).toBe(3)
  expect(broken.stdout).toMatch(
    /^ERROR personas\/tester\.persona\.md:10:5 says 'I went to the market\.' \[openai\//,
  )
  expect(broken.stdout).toContain('0 PASS  0 FAIL  1 ERROR  0 SKIP')
  expect(failed.exitCode).toBe(1)
  expect(JSON.parse(failed.stdout)).toMatchObject({
    counts: { FAIL: 1 },
    tests: [{ status: 'FAIL', file: FILE, line: 10, basis: 'model' }],
  })
})
