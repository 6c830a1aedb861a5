import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PHONES } from '#engines/speech/phones.ts'
import { createTextCheck } from '#engines/speech/words/text-check.ts'
import { checkContent, findingsAsJson, formatFault } from '#features/content/check-content.ts'
import { readContent } from '#features/content/read-content.ts'
import type { AuthoredFault } from '#platform/authored/fault.ts'

const SITUATION = `situation_name: bakery
category: ordering
difficulty_level: beginner
estimated_duration_seconds: 60
description: Buy bread.
learning_objectives: [Buy one thing]
location_specific: false
target_location: Global
initial_prompt: It is your turn.
context_description: A small bakery.
`

const VARIATION = `variation_name: one-loaf
specific_context: A small bakery in the morning.
ai_character_role: The baker.
opener: "Good morning!"
goals:
  - id: order-bread
    description: Order a loaf.
  - id: say-thanks
    description: Say thank you.
local_context:
  facts: [The bread is fresh.]
cultural_notes:
  en: People queue.
  ko: 줄을 섭니다.
ideal_responses:
  - text: "One loaf of bread, please."
    reply: "Here you are."
    goal: order-bread
  - text: "Thank you very much."
    reply: "You're welcome."
    goal: say-thanks
acceptable_responses:
  - text: "I'd like some bread."
    reply: "A loaf? Here you are."
    goal: order-bread
common_mistakes:
  - says: "a bread"
    correction: "a loaf of bread"
    explanation: { en: Bread is not counted., ko: 빵은 셀 수 없습니다. }
hint_levels:
  - level: 1
    text: { en: Ask for bread., ko: 빵을 주문해 보세요. }
  - level: 2
    text: { en: Say please., ko: please를 붙여 보세요. }
vocabulary_support:
  - word: loaf
    meaning: { en: one whole bread, ko: 빵 한 덩어리 }
pronunciations:
  loaf: L OW1 F
closing: "Goodbye!"
fallbacks: ["Pardon?"]
limits: { max_turns: 6 }
tests:
  - says: "One loaf, please."
    expects_goal: order-bread
    expects_reply: Here you are
  - says: "Thank you!"
    expects_goal: say-thanks
`

const PERSONA = `---
id: baker
name: Baker
description: A made-up baker.
language: en
emotions: [happy]
greeting: Hello!
scripted_lines: ["How are you?"]
---
You are a baker.
`

const PROMPT = `---
name: greet
input:
  schema:
    who: string, whom to greet
---
{{role "system"}}
Greet {{who}}.
`

const FEEDBACK = `first_language: en
templates:
  - key: long-pause
    kind: long_pause
    explanation: { en: "{{seconds}} s.", ko: "{{seconds}}초예요." }
  - key: r-as-l
    sound: R
    heard_as: [L]
    where: initial
    explanation:
      en: The r of {{words}}.
      ko: r 소리예요.
    minimal_pairs:
      - [rice, lice]
${PHONES.map(
  (phone) => `  - key: sound-${phone.toLowerCase()}
    sound: ${phone}
    explanation: { en: Say it., ko: 말해 보세요. }
`,
).join('')}`
const FEEDBACK_PATH = 'prompts/speech-feedback/en.yaml'

const SOUND_FILES: Record<string, string> = {
  'prompts/greet.prompt.md': PROMPT,
  'prompts/situations/bakery/situation.yaml': SITUATION,
  'prompts/situations/bakery/one-loaf.yaml': VARIATION,
  'personas/baker.persona.md': PERSONA,
  [FEEDBACK_PATH]: FEEDBACK,
}
const VARIATION_PATH = 'prompts/situations/bakery/one-loaf.yaml'

/** A content folder with the sound files, changed as named; a file that is `undefined` is left out. */
function givenContent(changes: Record<string, string | undefined> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'content-'))
  for (const [path, text] of Object.entries({ ...SOUND_FILES, ...changes })) {
    if (text === undefined) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true }) }
}

function linesOfCheck(changes: Record<string, string | undefined>): string[] {
  using content = givenContent(changes)
  return checkContent(content.root).faults.map(formatFault)
}

/** Without those that are for editors' tools. */
const ofLines = (notes: AuthoredFault[]) => notes.filter(({ message }) => !message.includes('for editors'))

/** The faults after one text of the variation is replaced by another. */
function linesAfter(from: string, to: string): string[] {
  expect(VARIATION).toContain(from)
  return linesOfCheck({ [VARIATION_PATH]: VARIATION.replace(from, to) })
}

describe('sound content', () => {
  test('has no fault and is read with its versions', () => {
    using content = givenContent()
    const { situations, personas, prompts, faults } = readContent(content.root)

    expect(faults).toEqual([])
    expect(situations).toMatchObject([
      {
        file: 'prompts/situations/bakery/situation.yaml',
        contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        value: { situation_name: 'bakery', is_active: true, expected_response_patterns: [] },
        variations: [
          {
            file: VARIATION_PATH,
            value: { variation_name: 'one-loaf', pronunciations: { loaf: 'L OW1 F' } },
          },
        ],
      },
    ])
    expect(personas).toMatchObject([{ value: { id: 'baker', system_prompt: 'You are a baker.' } }])
    expect(prompts).toMatchObject([
      { value: { name: 'greet', body: '{{role "system"}}\nGreet {{who}}.', config: {} } },
    ])
  })

  test('of a thousand files is checked without a fault', () => {
    using content = givenContent({ 'prompts/situations/bakery/README.md': '# Notes' })
    const folder = join(content.root, 'prompts/situations')
    for (let index = 1; index <= 100; index += 1) {
      cpSync(join(folder, 'bakery'), join(folder, `bakery-${index}`), { recursive: true })
      writeFileSync(
        join(folder, `bakery-${index}/situation.yaml`),
        SITUATION.replace('situation_name: bakery', `situation_name: bakery-${index}`),
      )
      for (let copy = 2; copy <= 9; copy += 1) {
        const text = VARIATION.replace('one-loaf', `loaf-${copy}`)
        writeFileSync(join(folder, `bakery-${index}/loaf-${copy}.yaml`), text)
      }
    }

    expect(checkContent(content.root).faults).toEqual([])
    const variations = readContent(content.root).situations.flatMap((situation) => situation.variations)
    expect(variations).toHaveLength(901)
  })
})

describe('faults of one variation', () => {
  test.each([
    ['an unknown key', 'hint_levels:', 'hint_level:', `30:1 hint_level is no known key`],
    [
      'a goal that is not there',
      'goal: say-thanks',
      'goal: say-bye',
      `21:11 ideal_responses.1.goal 'say-bye' is no goal`,
    ],
    [
      'a goal given twice',
      'id: say-thanks',
      'id: order-bread',
      `8:9 goals.1.id goal 'order-bread' is given twice`,
    ],
    ['a level out of order', 'level: 2', 'level: 3', '33:12 hint_levels.1.level must be 2'],
    [
      'a mistake in an accepted line',
      'says: "a bread"',
      'says: "some bread"',
      '27:11 common_mistakes.0.says also stands in',
    ],
    [
      'a response that says the same as another',
      `text: "I'd like some bread."`,
      'text: "one loaf of bread please"',
      '23:11 acceptable_responses.0.text says the same',
    ],
    [
      'Korean that is not Korean',
      'ko: 줄을 섭니다.',
      'ko: People queue.',
      '14:7 cultural_notes.ko must be Korean',
    ],
    ['a phone that is none', 'L OW1 F', 'L OU F', "39:9 pronunciations.loaf 'OU' is no ARPAbet phone"],
    ['stress on a consonant', 'L OW1 F', 'L OW F1', "39:9 pronunciations.loaf 'F1' is no ARPAbet phone"],
    [
      'a pronunciation of what is no word',
      '  loaf: L',
      '  "2 loaves": L',
      '39:15 pronunciations.2 loaves must be words of letters',
    ],
    ['fewer turns than goals', 'max_turns: 6', 'max_turns: 1', '42:22 limits.max_turns must leave a turn'],
    ['a name that is not the file', 'one-loaf', 'two-loaves', "1:17 variation_name must be 'one-loaf'"],
    ['a test of nothing', '    expects_goal: say-thanks\n', '', '47:5 tests.1 expects neither'],
    [
      'a test that nobody answers',
      'says: "Thank you!"',
      'says: "What time is it?"',
      '47:11 tests.1.says is matched by no',
    ],
    [
      'a test of a goal that is not there',
      'expects_goal: say-thanks',
      'expects_goal: say-bye',
      "48:19 tests.1.expects_goal 'say-bye' is no goal of this variation",
    ],
    [
      'a test that reaches another goal',
      'expects_goal: say-thanks',
      'expects_goal: order-bread',
      "48:19 tests.1.expects_goal is not reached: heard as 'Thank you very much.'",
    ],
    [
      'a reply that is not said',
      'expects_reply: Here',
      'expects_reply: There',
      '46:20 tests.0.expects_reply is not said',
    ],
  ])('%s is named with its line and key', (_name, from, to, expected) => {
    expect(linesAfter(from, to)).toContainEqual(expect.stringContaining(`${VARIATION_PATH}:${expected}`))
  })

  test('a goal without an ideal response or a test is named', () => {
    const lines = linesAfter('  - id: say-thanks', '  - id: pay\n    description: Pay.\n  - id: say-thanks')
    expect(lines).toEqual([
      `${VARIATION_PATH}:8:5 goals.1 goal 'pay' has no ideal response`,
      `${VARIATION_PATH}:8:5 goals.1 no test expects goal 'pay'`,
    ])
  })

  test('a list of more entries than rules compare is named, and the rules wait', () => {
    const tests = '  - says: "One loaf, please."\n    expects_goal: no-such-goal\n'.repeat(201)
    const lines = linesAfter('tests:\n', `tests:\n${tests}`)
    expect(lines).toEqual([expect.stringContaining(`${VARIATION_PATH}:44:3 tests Too big`)])
  })

  test('a fault of the schema and one between two parts are named in the same run', () => {
    const text = VARIATION.replace('opener: "Good morning!"\n', '').replace(
      'goal: say-thanks',
      'goal: say-bye',
    )
    expect(linesOfCheck({ [VARIATION_PATH]: text })).toEqual([
      `${VARIATION_PATH}:1:1 opener is missing`,
      `${VARIATION_PATH}:7:5 goals.1 goal 'say-thanks' has no ideal response`,
      `${VARIATION_PATH}:20:11 ideal_responses.1.goal 'say-bye' is no goal of this variation (order-bread, say-thanks)`,
      `${VARIATION_PATH}:47:19 tests.1.expects_goal is not reached: heard as 'Thank you very much.', which reaches 'say-bye'`,
    ])
  })

  test('a line that cannot be spoken is a fault; a guessed or unreadable word in it is only noted', async () => {
    const checkText = await createTextCheck()
    using unspeakable = givenContent({
      [VARIATION_PATH]: VARIATION.replace("I'd like some bread.", '你好！'),
    })
    expect(checkContent(unspeakable.root, { checkText }).faults.map(formatFault)).toContain(
      `${VARIATION_PATH}:23:11 acceptable_responses.0.text has no word that can be spoken`,
    )

    const text = VARIATION.replace('some bread', 'some frindle bread 你好')
    using noted = givenContent({ [VARIATION_PATH]: text })
    const { faults, notes } = checkContent(noted.root, { checkText })
    expect(faults).toEqual([])
    expect(ofLines(notes).map(formatFault)).toEqual([
      `${VARIATION_PATH}:23:11 acceptable_responses.0.text '你好' cannot be read and would not be scored`,
      `${VARIATION_PATH}:23:11 acceptable_responses.0.text is above A2: 'frindle' (C2); say it more simply, or give the words under vocabulary`,
      `${VARIATION_PATH}:23:11 acceptable_responses.0.text the pronunciation of 'frindle' is guessed from its letters: give it under pronunciations`,
    ])

    const helped = text
      .replace(' 你好', '')
      .replace('pronunciations:', 'pronunciations:\n  frindle: F R IH N D AH L')
    using given = givenContent({ [VARIATION_PATH]: helped })
    const checked = checkContent(given.root, { checkText })
    expect([...checked.faults, ...ofLines(checked.notes)]).toEqual([])
  })
})

describe('faults of folders and names', () => {
  test.each([
    [
      'prompts/situations/bakery/situation.yaml',
      undefined,
      'prompts/situations/bakery/situation.yaml:1:1 is missing',
    ],
    [VARIATION_PATH, undefined, 'prompts/situations/bakery:1:1 has no variation: add <variation>.yaml'],
    [
      'prompts/situations/bakery/situation.yaml',
      SITUATION.replace('bakery', 'cafe'),
      "prompts/situations/bakery/situation.yaml:1:17 situation_name must be 'bakery', as the folder is called",
    ],
    [
      'prompts/situations/bakery/two.yml',
      VARIATION,
      'prompts/situations/bakery/two.yml:1:1 does not belong here',
    ],
    ['prompts/situations/Two/x.yaml', VARIATION, 'prompts/situations/Two:1:1 is no folder that belongs here'],
    ['prompts/situations/stray.yaml', SITUATION, 'prompts/situations/stray.yaml:1:1 does not belong here'],
    [
      'prompts/greet.md',
      PROMPT,
      'prompts/greet.md:1:1 does not belong here: files are called <kebab-case-name>.prompt.md',
    ],
    [
      'personas/baker.persona.md',
      PERSONA.replace('id: baker', 'id: cook'),
      "personas/baker.persona.md:2:5 id must be 'baker'",
    ],
    [
      'personas/second.persona.md',
      PERSONA.replace('id: baker', 'id: second'),
      "personas/second.persona.md:3:7 name 'Baker' is also the name in personas/baker.persona.md",
    ],
    [
      'prompts/greet.prompt.md',
      PROMPT.replace('name: greet', 'name: hi'),
      "prompts/greet.prompt.md:2:7 name must be 'greet'",
    ],
  ])('%s', (path, text, expected) => {
    expect(linesOfCheck({ [path]: text })).toContainEqual(expect.stringContaining(expected))
  })

  test('a folder that holds no content is no clean bill of health', () => {
    const root = mkdtempSync(join(tmpdir(), 'content-'))
    expect(checkContent(root).faults.map(formatFault)).toEqual([
      'personas:1:1 is missing: no such folder',
      'prompts:1:1 is missing: no such folder',
      'prompts/situations:1:1 is missing: no such folder',
      'prompts/speech-feedback:1:1 is missing: no such folder',
      'prompts/speech-feedback/en.yaml:1:1 is missing: it serves every other first language',
    ])
    rmSync(root, { recursive: true })
  })

  test('faults come by file and line, and as JSON for programs', () => {
    using content = givenContent({
      'personas/baker.persona.md': PERSONA.replace('language: en', 'language: English').replace(
        'id: baker',
        'id: 1',
      ),
      [VARIATION_PATH]: VARIATION.replace('level: 2', 'level: 3'),
    })
    const { faults } = checkContent(content.root)
    expect(faults.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'personas/baker.persona.md:2',
      'personas/baker.persona.md:5',
      `${VARIATION_PATH}:33`,
    ])
    const json = JSON.parse(findingsAsJson({ faults, notes: [] }))
    expect(json).toEqual(faults.map((fault) => ({ ...fault, severity: 'error' })))
  })
})

describe('faults of a prompt', () => {
  test.each([
    ['Greet {{whom}}.', "8:7 body uses 'whom', which input.schema does not declare"],
    ['Greet {{who}}.\n{{#if who}}now', '9:1 body is no template: a block or a {{ has no end'],
    ['Greet {{who}} {{> footer}}', "8:15 body includes 'footer', which is no partial"],
    ['Greet {{who}} {{Who}}', "8:15 body uses 'Who'"],
    ['Greet {{who}} {{ who', '8:15 body is no template'],
    ['Greet {{who}} {{role "user"}} {{history}} Hi', '8:42 body stands after {{history}}'],
    ['Greet them.', '5:10 input.schema.who is never used'],
  ])('%j', (body, expected) => {
    const lines = linesOfCheck({ 'prompts/greet.prompt.md': PROMPT.replace('Greet {{who}}.', body) })
    expect(lines).toContainEqual(expect.stringContaining(`prompts/greet.prompt.md:${expected}`))
  })

  test.each([
    ['Who: string', '5:10 input.schema.Who is no usable key: must be snake_case'],
    ['history: string', '5:14 input.schema.history is no usable key: it means something else'],
    ['age: whole', "5:10 input.schema.age 'whole' is no type"],
    ['"tags(list)": string', "5:19 input.schema.tags(list) is no name, nor a name like 'tags?(array"],
    ['who: string\n  default: { whom: Ann }', '6:20 input.default.whom is no variable of input.schema'],
    ['who: string\n  default: { who: 7 }', '6:19 input.default.who does not fit input.schema'],
    ['who: string\nmodel: small', "6:8 model must be provider/model, such as 'openai/gpt-6-luna'"],
    ['who: string\nconfig: { temperature: 3 }', '6:24 config.temperature Too big'],
    ['who: string\nconfig: { max_output_tokens: 3 }', '6:11 config.max_output_tokens is no known key'],
  ])('front matter with %j', (schema, expected) => {
    const text = PROMPT.replace('who: string, whom to greet', schema)
    expect(linesOfCheck({ 'prompts/greet.prompt.md': text })).toContainEqual(
      expect.stringContaining(`prompts/greet.prompt.md:${expected}`),
    )
  })

  const partial = (name: string, body: string) => `---\nname: ${name}\n---\n${body}\n`
  const withPartial = PROMPT.replace('Greet {{who}}.', 'Greet {{who}}. {{>politely}}')

  test('none, where it includes what is there; a changed partial makes another version', () => {
    const hashes = ['Be kind.', 'Be brief.'].map((text) => {
      using content = givenContent({
        'prompts/greet.prompt.md': withPartial,
        'prompts/_politely.prompt.md': partial('politely', text),
      })
      const { prompts, faults } = readContent(content.root)
      expect(faults).toEqual([])
      expect(prompts[0]?.value.body).toBe(`{{role "system"}}\nGreet {{who}}. ${text}`)
      return prompts[0]?.contentHash
    })
    expect(new Set(hashes).size).toBe(2)
  })

  test.each([
    ['that includes itself', '{{>politely}}', '4:1 body includes itself: politely → politely'],
    ['that is no template', '{{#if', '4:1 body is no template'],
    ['that is called otherwise', 'Hi', "2:7 name must be 'politely', as the file is called", 'kindly'],
    [
      'with a fault in it',
      '{{role "user"}}',
      `8:16 body in partial 'politely': {{role "user"}} must stand outside`,
    ],
    ['that uses what is not declared', '{{age}}', "8:16 body in partial 'politely': uses 'age'"],
  ])('a partial %s', (_name, body, expected, name = 'politely') => {
    const lines = linesOfCheck({
      'prompts/greet.prompt.md': withPartial,
      'prompts/_politely.prompt.md': partial(name, body),
    })
    expect(lines).toContainEqual(expect.stringContaining(`.prompt.md:${expected}`))
  })

  test('a cycle of partials is named in each of them, with the way round', () => {
    const lines = linesOfCheck({
      'prompts/greet.prompt.md': withPartial,
      'prompts/_politely.prompt.md': partial('politely', 'Be {{>kind}}'),
      'prompts/_kind.prompt.md': partial('kind', 'kind {{>politely}}'),
    })
    expect(lines).toEqual([
      'prompts/_kind.prompt.md:4:6 body includes itself: kind → politely → kind',
      'prompts/_politely.prompt.md:4:4 body includes itself: politely → kind → politely',
    ])
  })

  describe('that the service uses', () => {
    const contract = { authored: ['who'], untrusted: ['said'], needs: ['said'], history: true }
    const check = (from: string, to: string) => {
      using content = givenContent({ 'prompts/greet.prompt.md': PROMPT.replace(from, to) })
      return checkContent(content.root, { contracts: { greet: contract } }).faults.map(formatFault)
    }
    const withSaid = 'who: string\n    said: string'

    test.each([
      ['learners’ words in the system role', 'Greet {{who}}. {{json said}} {{history}}', '9:16 body'],
      ['learners’ words without quotes', '{{who}} {{history}} {{role "user"}} {{said}}', '9:37 body'],
      ['no history', '{{who}} {{role "user"}} {{json said}}', '8:1 body does not use {{history}}'],
    ])('%s', (_name, body, expected) => {
      using content = givenContent({
        'prompts/greet.prompt.md': PROMPT.replace('who: string, whom to greet', withSaid).replace(
          'Greet {{who}}.',
          body,
        ),
      })
      const { faults } = checkContent(content.root, { contracts: { greet: contract } })
      expect(faults.map(formatFault)).toEqual([
        expect.stringContaining(`prompts/greet.prompt.md:${expected}`),
      ])
    })

    test('a variable that nobody gives, and one that it cannot do without', () => {
      expect(check('who: string, whom to greet', 'who: string\n    age: integer')).toEqual([
        'prompts/greet.prompt.md:6:10 input.schema.age is given by nobody: declare only who, said, or give it a value in input.default',
        'prompts/greet.prompt.md:6:10 input.schema.age is never used',
        "prompts/greet.prompt.md:8:1 body does not use 'said', which greet cannot do without",
        'prompts/greet.prompt.md:8:1 body does not use {{history}}, which greet cannot do without',
      ])
    })

    test('a prompt that is not there', () => {
      using content = givenContent()
      const { faults } = checkContent(content.root, { contracts: { farewell: contract } })
      expect(faults.map(formatFault)).toEqual([
        'prompts/farewell.prompt.md:1:1 is missing: the service uses it',
      ])
    })
  })
})

describe('faults of the feedback templates', () => {
  const linesAfterFeedback = (from: string, to: string) => {
    expect(FEEDBACK).toContain(from)
    return linesOfCheck({ [FEEDBACK_PATH]: FEEDBACK.replace(from, to) })
  }

  test.each([
    ['an unknown key', 'where: initial', 'when: initial', '9:5 templates.1.when is no known key'],
    [
      'a phone that is none',
      'heard_as: [L]',
      'heard_as: [L, LL]',
      '8:19 templates.1.heard_as.1 must be an ARPAbet',
    ],
    [
      'a phone with stress',
      'sound: IY\n',
      'sound: IY1\n',
      '67:12 templates.19.sound must be an ARPAbet phone',
    ],
    ['a kind that is none', 'kind: long_pause', 'kind: pause', '4:11 templates.0.kind must be one of: sound'],
    [
      'a text without English',
      '      en: The r of {{words}}.\n',
      '',
      '10:5 templates.1.explanation.en is missing',
    ],
    [
      'Korean that is not Korean',
      'ko: r 소리예요.',
      'ko: The r.',
      '12:11 templates.1.explanation.ko must be Korean',
    ],
    [
      'a placeholder that is none',
      '{{words}}',
      '{{word}}',
      "11:11 templates.1.explanation.en uses 'word', which a text",
    ],
    [
      'a placeholder of another kind',
      '"{{seconds}}초예요."',
      '"{{rate}}초예요."',
      "5:46 templates.0.explanation.ko uses 'rate', which a text of kind long_pause does not have (words, seconds)",
    ],
    ['a placeholder left open', '{{words}}', '{{words', "11:11 templates.1.explanation.en has '{{words.'"],
    ['a key given twice', 'key: sound-aa', 'key: r-as-l', "15:10 templates.2.key 'r-as-l' is given twice"],
    [
      'a template that could never be chosen',
      'sound: AE\n',
      'sound: AA\n',
      "18:10 templates.3.key 'sound-ae' is for the same as 'sound-aa', which would always be chosen",
    ],
    [
      'a sound heard as itself',
      'heard_as: [L]',
      'heard_as: [R]',
      '8:16 templates.1.heard_as.0 R is the sound itself',
    ],
    [
      'a template of no sound',
      '    sound: R\n    heard_as',
      '    heard_as',
      '6:5 templates.1.sound is missing',
    ],
    [
      'a pause at a place',
      'kind: long_pause',
      'kind: long_pause\n    where: coda',
      '5:12 templates.0.where has no meaning',
    ],
    ['a pair of three', '[rice, lice]', '[rice, lice, ice]', '14:9 templates.1.minimal_pairs.0'],
    [
      'a sound that nothing speaks of',
      'sound: ZH\n',
      'sound: ZH\n    where: coda\n',
      '3:3 templates has no template for ZH',
    ],
    [
      'a language that is not the file',
      'first_language: en',
      'first_language: ko',
      "1:17 first_language must be 'en'",
    ],
  ])('%s is named with its line and key', (_name, from, to, expected) => {
    expect(linesAfterFeedback(from, to)).toContainEqual(
      expect.stringContaining(`${FEEDBACK_PATH}:${expected}`),
    )
  })

  test('the templates for everybody else must be there', () => {
    const korean = FEEDBACK.replace('first_language: en', 'first_language: ko')
    expect(linesOfCheck({ [FEEDBACK_PATH]: undefined, 'prompts/speech-feedback/ko.yaml': korean })).toEqual([
      `${FEEDBACK_PATH}:1:1 is missing: it serves every other first language`,
    ])
  })
})

test('quotes of a word processor around a value are noted, and inside a text they are not (faults.md I5)', () => {
  using content = givenContent({
    [VARIATION_PATH]: VARIATION.replace('opener: "Good morning!"', 'opener: “Good morning!”').replace(
      'The baker.',
      'The baker, called “Bo”.',
    ),
  })
  expect(ofLines(checkContent(content.root).notes).map(formatFault)).toEqual([
    `${VARIATION_PATH}:4:9 opener begins and ends with quotes that are part of the text: YAML knows only " and '`,
  ])
})
