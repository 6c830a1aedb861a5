import { expect, test } from 'vitest'
import { runMalgil } from '../support/malgil-process.ts'
import { OPENAI_FORMAT, startStubLlmServer, streams } from '../support/stub-llm-server.ts'
import { copyContent } from '../support/test-content.ts'

const NAME = 'cafe-ordering/takeout-with-card'
const FILE = 'prompts/situations/cafe-ordering/takeout-with-card.yaml'

const play = (lines: string[], env: Record<string, string> = {}) =>
  runMalgil(['content', 'play', NAME], { MALGIL_SPEECH_THREADS: '1', ...env }, `${lines.join('\n')}\n`)

test('plays the files as they stand: replies, goals, hints, and who judged nothing (faults.md I3)', async () => {
  using content = copyContent()
  content.change(
    FILE,
    'Good morning! What would you like?',
    'Good morning! It is early. What would you like?',
  )

  const { exitCode, stdout, stderr } = await play(
    ['Can I get a hot latte to go?', '', '?', "That's all, thanks."],
    {
      MALGIL_CONTENT_DIR: content.root,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/never-asked',
    },
  )

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('partner  Good morning! It is early. What would you like?')
  expect(stdout).toMatch(/learner {2}Can I get a hot latte to go\?\npartner {2}.*anything else.*\(scripted: /)
  expect(stdout).toMatch(
    /feedback goal reached: order-to-go\nwording {2}not judged: no model is set up.*\ngoals {4}1 of 4/,
  )
  expect(stdout).not.toContain('nothing to correct')
  expect(stdout).toMatch(/^hint 1 {3}\S/m)
  expect(stdout).toContain('goals    2 of 4')
  expect(stdout.match(/^✓ /gm)).toHaveLength(2)
  expect(stdout).toContain('overall not scored: no turn was spoken')
})

test('ends by itself when the session is over', async () => {
  const { stdout } = await play([
    'Can I get a hot latte to go?',
    "That's all, thanks.",
    'Can I pay by card?',
    "I don't need a receipt.",
    'This is said to nobody.',
  ])

  expect(stdout).toContain('goals    4 of 4\nover     goals_met')
  expect(stdout).not.toContain('said to nobody')
})

test('a model that is configured answers, and its corrections are shown', async () => {
  await using vendor = await startStubLlmServer()
  const { begin, delta, end } = OPENAI_FORMAT
  vendor.answers(streams(`${begin}${delta('A latte! Anything else?')}${end}`))
  vendor.judges({
    goals_met: [{ goal: 'order-to-go', words: 'latte to go' }],
    appropriateness: 80,
    grammar: 70,
    vocabulary: 80,
    corrections: [
      {
        from: 'I want latte',
        to: 'I want a latte',
        kind: 'error',
        explanation: { en: 'An article is missing.', ko: '관사가 빠졌습니다.' },
      },
    ],
    learner: 'answering',
    is_over: false,
    safety: { verdict: 'safe', category: null, evidence: null },
  })

  const { stdout } = await play(['I want latte to go.'], {
    MALGIL_LLM_PROVIDER: 'openai',
    MALGIL_LLM_MODEL: 'gpt-4o-mini',
    OPENAI_API_KEY: 'test-key',
    OPENAI_BASE_URL: `${vendor.url}/v1`,
  })

  expect(stdout).toContain('partner  A latte! Anything else?\n')
  expect(stdout).toContain('error    "I want latte" should be "I want a latte"')
  expect(stdout).toContain('goals    1 of 4')
})

test('a name that nobody has is refused', async () => {
  const { exitCode, stderr } = await runMalgil(['content', 'play', 'nowhere'])

  expect(exitCode).toBe(1)
  expect(stderr).toContain('There is no sound variation nowhere')
})
