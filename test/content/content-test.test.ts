import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { chooseModels } from '#app/content-test/choose-models.ts'
import { testContent } from '#app/content-test/test-content.ts'
import { PROMPT_CONTRACTS } from '#app/prompt-contracts.ts'
import { checkContent, formatFault, type RunReport, readContent } from '#features/content/index.ts'
import { runMalgil } from '../support/malgil-process.ts'
import { callMalgil } from '../support/malgil-program.ts'
import { REPOSITORY } from '../support/repository.ts'
import { copyContent, personaWithTests, type TestContent } from '../support/test-content.ts'

const VARIATION = 'prompts/situations/cafe-ordering/takeout-with-card.yaml'
const PERSONA = 'personas/tester.persona.md'
const PROMPT = 'prompts/greeter.prompt.md'
const promptWithTests = `---
name: greeter
input: { schema: { who: string } }
tests:
  - description: greets
    vars:
      who: Ann
    assert: [{ type: contains, value: "{{who}}" }]
---
{{role "system"}}
Greet {{who}}.
`
/** The last hint quotes something that leads nowhere. */
const LOST_HINT = ['thank you." "Can I pay by card?"', 'thank you." "The weather is lovely."'] as const
const SCRIPTED = chooseModels({}, undefined)

describe('the content of this repository, without a model', () => {
  const content = readContent(REPOSITORY)
  const variations = content.situations.flatMap((situation) =>
    situation.variations.map((file) => ({ file, level: situation.value.difficulty_level })),
  )
  let report: RunReport
  beforeAll(async () => {
    report = await testContent({ root: REPOSITORY, paths: [], models: SCRIPTED })
  })

  test('passes its own tests, every one', () => {
    const unhappy = report.tests.filter(({ status }) => status !== 'PASS')
    expect(unhappy.map(({ testId, status, reason }) => ({ testId, status, reason }))).toEqual([])
  })

  test('says of each test who answered, and what only a model could tell is skipped with the reason', () => {
    expect(new Set(report.tests.map(({ basis }) => basis))).toEqual(new Set(['scripted', 'hand-written']))
    const skipped = report.tests.flatMap(({ assertions }) =>
      assertions.filter(({ grade }) => grade.status === 'SKIP'),
    )
    expect(new Set(skipped.map(({ type }) => type))).toEqual(new Set(['llm-rubric', 'latency', 'cost']))
    for (const { grade } of skipped) expect(grade.reason).toMatch(/^no model/)
    expect(report.costMicroUsd).toBe(0)
  })

  test('has tests beside every prompt, persona and variation', () => {
    const tested = new Set(report.tests.map(({ file }) => file))
    const files = [...content.prompts, ...content.personas, ...variations.map(({ file }) => file)]
    expect(files.map(({ file }) => file).filter((file) => !tested.has(file))).toEqual([])
  })

  test('plays every variation with a learner of its level, by its hints, its mistakes, in silence and off topic', () => {
    for (const { file, level } of variations) {
      const learners = file.value.tests.flatMap(({ learner }) => learner ?? [])
      expect(learners.toSorted(), file.file).toEqual(
        ['hint-reader', `${level}-korean`, 'mistake-maker', 'off-topic', 'silent'].toSorted(),
      )
    }
  })

  test('has every authored mistake made and corrected', () => {
    for (const { file } of variations) {
      const own = report.tests.find(
        ({ testId }) =>
          testId ===
          `${file.file}#${file.value.tests.findIndex((each) => each.learner === 'mistake-maker') + 1}`,
      )
      for (const { says } of file.value.common_mistakes)
        expect(own?.transcript).toContain(`Learner: ${says}\n`)
    }
  })
})

describe('content that has gone wrong', () => {
  let content: TestContent
  beforeEach(() => {
    content = copyContent()
  })
  afterEach(() => content[Symbol.dispose]())
  const run = (path = VARIATION) => testContent({ root: content.root, paths: [path], models: SCRIPTED })
  const failures = (report: RunReport) =>
    report.tests.filter(({ status }) => status === 'FAIL').map(({ description }) => description)

  test('fails when the last hint no longer leads to a goal', async () => {
    content.change(VARIATION, ...LOST_HINT)

    expect(failures(await run())).toEqual(['whoever says what the last hint quotes is done'])
  })

  test('fails when talk about something else is taken for an answer', async () => {
    const says = "Last night's movie had such a strange ending, with seven dragons."
    content.change(VARIATION, "No, that's all, thank you.", says)

    expect(failures(await run())).toContain('talk about something else reaches nothing, and closes nothing')
  })

  test('fails when a slip of the first language is too much for the lines that are listened for', async () => {
    const slip = {
      from: 'pattern: "\\\\bI\'d like\\\\b"',
      to: 'pattern: "\\\\b(?:I\'d like|[Cc]an|pay|card|all|need)\\\\b"',
    }
    content.change('prompts/simulated-learners/beginner-korean.yaml', slip.from, slip.to)
    content.change(VARIATION, 'type: turns-used, threshold: 6', 'type: turns-used, threshold: 4')

    expect(failures(await run())).toEqual([
      'a learner of this level reaches every goal, and the scene closes',
    ])
  })

  test('a rubric without a model and without a recorded answer is skipped, and alone it decides nothing', async () => {
    content.write(
      PERSONA,
      personaWithTests('  - { says: "Hi", assert: [{ type: llm-rubric, value: Is kind. }] }'),
    )

    expect((await run(PERSONA)).counts).toEqual({ PASS: 0, FAIL: 0, ERROR: 0, SKIP: 1 })
  })

  test.each([
    ['{"reason": "Fine.", "score": 1, "pass": true}', 'PASS'],
    ['{"reason": "Rude.", "score": 0.1, "pass": false}', 'FAIL'],
    ['{"reason": "Below.", "score": 0.6, "pass": true}', 'FAIL'],
    ['{"reason": "Cut off', 'ERROR'],
  ])('a hand-written grade counts as one, and says so: %s', async (recorded, status) => {
    const rubric = `{ type: llm-rubric, threshold: 0.7, value: Is kind., recorded: '${recorded}' }`
    content.write(PERSONA, personaWithTests(`  - { says: "Hi", assert: [${rubric}] }`))

    const { tests } = await run(PERSONA)

    expect(tests[0]?.assertions[0]?.grade).toMatchObject({
      status,
      reason: expect.stringContaining('graded by a hand-written answer'),
    })
  })

  test('a value that nobody fills is an error: it would be compared with the braces', async () => {
    content.write(
      PERSONA,
      personaWithTests('  - { says: "Hi", assert: [{ type: not-contains, value: "{{opener}}" }] }'),
    )

    await expect(run(PERSONA)).rejects.toThrow(
      /tester\.persona\.md:\d+:\d+ .*\{\{opener\}\}, which no variable/,
    )
  })

  test.each([
    ['{ type: javascript, value: "output.length > 3" }', 'assert.0.type', "'javascript' would run code"],
    ['{ type: "file://x.js" }', 'assert.0.type', 'would run code'],
    ['{ type: sounds-nice }', 'assert.0.type', 'must be assert-set, or one of these'],
    ['{ type: contains }', 'assert.0', 'contains needs a text'],
    ['{ type: contains-any, value: [] }', 'assert.0.value', 'needs a list of texts'],
    ['{ type: regex, value: "(" }', 'assert.0.value', 'is no regular expression'],
    ['{ type: is-json, value: { type: nonsense } }', 'assert.0.value', 'is no JSON Schema'],
    ['{ type: latency }', 'assert.0', 'latency needs a threshold'],
    ['{ type: similar }', 'assert.0', 'similar needs a text, or a list'],
    ['{ type: similar, value: x, threshold: 80 }', 'assert.0.threshold', 'must not be above 1'],
    ['{ type: contains, value: x, recorded: y }', 'assert.0.recorded', 'only an llm-rubric'],
    ['{ type: contains, value: x, colour: red }', 'assert.0.colour', ''],
  ])('the check names what an assertion cannot mean: %s', (assertion, key, message) => {
    content.write(PERSONA, personaWithTests(`  - { says: "Hi", assert: [${assertion}] }`))

    const faults = checkContent(content.root).faults.map(formatFault)

    expect(faults).toEqual([expect.stringMatching(new RegExp(`^${PERSONA}:10:\\d+ tests\\.0\\.`))])
    expect(faults[0]).toContain(`tests.0.${key}`)
    expect(faults[0]).toContain(message)
  })

  test.each([
    ['learner: nobody', "'nobody' is no file in prompts/simulated-learners"],
    ['learner: silent, says: Hi', "needs either 'says' or 'learner'"],
    ['says: Hi, recorded_only: true', 'there is no recorded answer'],
  ])('and what a test cannot mean: %s', (given, message) => {
    content.write(PERSONA, personaWithTests(`  - { ${given}, assert: [{ type: contains, value: x }] }`))

    expect(checkContent(content.root).faults.map(formatFault)).toEqual([expect.stringContaining(message)])
  })

  test.each([
    ['      who: Ann', '      whom: Ann', /:\d+ tests\.0\.vars\.whom is no variable/],
    ['      who: Ann', '      who: 7', /:\d+:5 tests\.0 does not fill 'who'/],
    ['    vars:\n      who: Ann\n', '', /tests\.0 does not fill 'who'/],
    ['    assert:', '    says: Hi\n    assert:', /tests\.0\.says is heard by nobody/],
    [
      '    assert:',
      '    messages: [{ role: user, text: Hi }]\n    assert:',
      /tests\.0\.messages is heard by nobody/,
    ],
  ])('and what a prompt cannot be tested with: %s as %s', (from, to, fault) => {
    content.write(PROMPT, promptWithTests.replace(from, to))

    const faults = checkContent(content.root).faults.map(formatFault)

    expect(faults).toEqual([expect.stringMatching(fault)])
    expect(faults[0]).toMatch(new RegExp(`^${PROMPT}:`))
  })

  test('the prompts that only tests use may be missing, those of the service may not', () => {
    for (const name of ['rubric-grader', 'simulated-learner', 'turn-judge']) {
      rmSync(join(content.root, `prompts/${name}.prompt.md`))
    }
    const { faults } = readContent(content.root, PROMPT_CONTRACTS)
    expect(faults.map(formatFault)).toEqual([
      'prompts/turn-judge.prompt.md:1:1 is missing: the service uses it',
    ])
  })

  test('the command tells failures with file, line and what was said, and ends with code 1', async () => {
    content.change(VARIATION, ...LOST_HINT)

    const { exitCode, stdout } = await callMalgil(['content', 'test', VARIATION], {
      MALGIL_CONTENT_DIR: content.root,
    })

    expect(exitCode).toBe(1)
    expect(stdout).toMatch(new RegExp(`^FAIL  ${VARIATION}:\\d+:5 whoever says .*scripted lines`, 'm'))
    expect(stdout).toContain('missing: pay-by-card')
    expect(stdout).toContain('| Learner: The weather is lovely.')
    expect(stdout).toContain('9 PASS  1 FAIL  0 ERROR  0 SKIP')
  })

  test('what cannot be tested at all ends with code 2 and says why', async () => {
    const env = { MALGIL_CONTENT_DIR: content.root }
    const nowhere = await runMalgil(['content', 'test', 'prompts/nowhere'], env)
    const nobody = await runMalgil(['content', 'test', '--provider', 'nobody', VARIATION], env)
    const odd = await runMalgil(['content', 'test', '--at-once', '0'], env)
    content.change(VARIATION, 'limits:', 'limit:')
    const faulty = await runMalgil(['content', 'test', VARIATION], env)

    expect([nowhere, nobody, odd, faulty].map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2])
    expect(odd.stderr).toContain('must be 1 to 64')
    expect(nowhere.stderr).toContain('There is no prompts/nowhere')
    expect(nobody.stderr).toContain('No provider is called nobody')
    expect(faulty.stderr).toContain(`${VARIATION}:`)
  })
})

/** As promptfoo documents its configuration (config-schema.json): strict where that is. */
const PromptfooAssertion = z.strictObject({
  type: z
    .string()
    .regex(
      /^(?:not-)?(?:i?contains(?:-any|-all|-json)?|equals|starts-with|regex|is-json|levenshtein|similar|llm-rubric|latency|cost)$/,
    ),
  value: z.json().optional(),
  threshold: z.number().optional(),
  weight: z.number().optional(),
  metric: z.string().optional(),
})
const PromptfooConfig = z.strictObject({
  description: z.string(),
  prompts: z.array(z.string().startsWith('file://prompts/')),
  providers: z.array(
    z.union([
      z.string(),
      z.strictObject({ id: z.string(), config: z.strictObject({ apiBaseUrl: z.url() }) }),
    ]),
  ),
  tests: z.array(
    z.strictObject({
      description: z.string(),
      vars: z.record(
        z.string(),
        z.union([z.string(), z.array(z.strictObject({ role: z.string(), content: z.string() }))]),
      ),
      provider: z
        .strictObject({
          id: z.literal('promptfoo:simulated-user'),
          config: z.strictObject({
            maxTurns: z.int(),
            instructions: z.string(),
            initialMessages: z.array(z.strictObject({ role: z.literal('assistant'), content: z.string() })),
          }),
        })
        .optional(),
      assert: z.array(
        z.union([
          PromptfooAssertion,
          z.strictObject({
            type: z.literal('assert-set'),
            threshold: z.number().optional(),
            assert: z.array(PromptfooAssertion),
          }),
        ]),
      ),
      threshold: z.number().optional(),
      options: z.strictObject({ disableVarExpansion: z.boolean(), transform: z.string().optional() }),
      metadata: z.record(z.string(), z.string()),
    }),
  ),
})

describe('the export for promptfoo', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'malgil-promptfoo-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))
  const read = (name: string) => readFileSync(join(directory, name), 'utf8')

  test('has configurations of the documented shape, with the messages that a model would get', async () => {
    const { exitCode, stdout } = await callMalgil(['content', 'test', '--export', 'promptfoo', directory])

    expect(exitCode).toBe(0)
    const single = PromptfooConfig.parse(parse(read('promptfooconfig.yaml')))
    const talks = PromptfooConfig.parse(parse(read('multi-turn.promptfooconfig.yaml')))
    expect(read('prompts/chat.json')).toBe('{{ messages | dump }}\n')
    expect(read('prompts/system.txt')).toBe('{{ system }}\n')
    const reply = single.tests.find(
      ({ metadata }) => metadata.malgil === 'prompts/situation-reply.prompt.md#1',
    )
    expect(reply?.vars.messages).toEqual([
      { role: 'system', content: expect.stringContaining('Say whether you want sugar.') },
      { role: 'assistant', content: 'Hi there! What can I get for you today?' },
      { role: 'user', content: 'Can I get iced americano, please?' },
    ])
    expect(reply?.assert).toContainEqual({ type: 'icontains', value: 'sugar' })
    expect(reply?.assert).toContainEqual({ type: 'not-contains', value: 'Here you go. Enjoy your coffee!' })
    expect(talks.tests.every(({ provider }) => provider !== undefined)).toBe(true)
    const talk = talks.tests.find(({ metadata }) => metadata.malgil === `${VARIATION}#6`)
    expect(talk?.provider?.config.initialMessages).toEqual([
      { role: 'assistant', content: 'Good morning! What would you like?' },
    ])
    expect(read('multi-turn.promptfooconfig.yaml')).toContain("# Promptfoo's simulated user is played on")
    expect(stdout).toContain("simulated user is played on promptfoo's servers")
    expect(stdout).toMatch(/^left out [1-9]\d* assertions of the others/m)
    expect(stdout).toMatch(/left out \d+ \(.*\): its learner is lines, not instructions/)
    expect(stdout).toContain(`${single.tests.length} single calls`)
  })

  test.each([
    [`${VARIATION}#6`, 'Assistant: Hi!', 'Partner: Hi!'],
    ['personas/daegu-friend.persona.md#1', 'Assistant: [happy] Hi!', 'Partner: Hi!'],
  ])('has a talk of %s written down as ours', async (testId, partner, ours) => {
    await callMalgil(['content', 'test', '--export', 'promptfoo', directory])
    const { tests } = PromptfooConfig.parse(parse(read('multi-turn.promptfooconfig.yaml')))
    const transform = tests.find(({ metadata }) => metadata.malgil === testId)?.options.transform ?? ''

    const output = `${partner}\n---\nUser: A tea, please.\n---\n${partner}`

    expect(runInNewContext(transform, { output })).toBe(`${ours}\nLearner: A tea, please.\n${ours}`)
  })

  test('asks the configured server, and leaves out what promptfoo would read otherwise', async () => {
    using content = copyContent()
    const [one, other] = [String.raw`^\p{Lu}`, '^[A-Z]']
    content.write(
      PERSONA,
      personaWithTests(
        `  - { says: Hi, assert: [{ type: regex, value: '${one}' }, { type: regex, value: '${other}' }] }`,
      ),
    )

    const { stdout } = await callMalgil(['content', 'test', PERSONA, '--export', 'promptfoo', directory], {
      MALGIL_CONTENT_DIR: content.root,
      MALGIL_LLM_PROVIDER: 'openai',
      MALGIL_LLM_MODEL: 'small-chat',
      OPENAI_API_KEY: 'key-that-stays-here',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    })

    const { providers, tests } = PromptfooConfig.parse(parse(read('promptfooconfig.yaml')))
    expect(providers).toEqual([
      { id: 'openai:chat:small-chat', config: { apiBaseUrl: 'http://127.0.0.1:9/v1' } },
    ])
    expect(tests.map(({ assert }) => assert)).toEqual([[{ type: 'regex', value: other }]])
    expect(stdout).toContain('left out 1 assertions of the others')
    expect(read('promptfooconfig.yaml')).not.toContain('key-that-stays-here')
  })

  test('does not write over a configuration that somebody else wrote', async () => {
    writeFileSync(join(directory, 'promptfooconfig.yaml'), 'prompts: []\n')

    const { exitCode, stderr } = await callMalgil([
      'content',
      'test',
      'personas',
      '--export',
      'promptfoo',
      directory,
    ])

    expect(exitCode).toBe(2)
    expect(stderr).toContain('no export of malgil')
    expect(read('promptfooconfig.yaml')).toBe('prompts: []\n')
  })
})
