import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runMalgil } from '../support/malgil-process.ts'
import { REPOSITORY } from '../support/repository.ts'

const VARIATION = 'prompts/situations/cafe-ordering/takeout-with-card.yaml'
const OTHER = 'prompts/situations/cafe-ordering/citron-tea-near-apsan.yaml'

describe('malgil content check', () => {
  let root: string
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'content-'))
  })
  afterAll(() => rmSync(root, { recursive: true }))

  /** The content of the repository, with some files changed. */
  function givenContent(changes: Record<string, (text: string) => string | Buffer>) {
    for (const folder of ['prompts', 'personas', 'schemas']) {
      rmSync(join(root, folder), { recursive: true, force: true })
      cpSync(join(REPOSITORY, folder), join(root, folder), { recursive: true })
    }
    for (const [file, change] of Object.entries(changes)) {
      writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')))
    }
  }

  test('names what is broken in every file in one run, and ends with 1', async () => {
    givenContent({
      [VARIATION]: (text) => text.replace('\ngoals:', '\n\tgoals:'),
      [OTHER]: (text) => text.slice(0, text.indexOf('hint_levels:') + 20),
      'prompts/situations/cafe-ordering/situation.yaml': (text) => `${text}category: cafe\n`,
      'prompts/situations/cafe-ordering/iced-americano-dongseong-ro.yaml': () => 'x: y\n'.repeat(1_050_000),
      'prompts/locations/apsan.yaml': (text) => `\u{FEFF}${text}author: me\n`,
      'prompts/locations/banwoldang.yaml': () => '',
      'prompts/locations/lions-park.yaml': (text) => Buffer.from(text).subarray(0, text.indexOf('ko: ') + 5),
      'personas/story-partner.persona.md': (text) => text.replace(/^name: .*$/m, 'name: Haneul'),
      'personas/daegu-friend.persona.md': (text) => text.slice(0, 200),
    })
    const { exitCode, stdout, stderr } = await runMalgil(['content', 'check', root])

    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/\d+ errors and 2 warnings in/)
    const lines = stdout.trim().split('\n')
    for (const expected of [
      /^prompts\/situations\/cafe-ordering\/takeout-with-card\.yaml:\d+:\d+ .*tab/,
      /^prompts\/situations\/cafe-ordering\/citron-tea-near-apsan\.yaml:\d+:\d+ /,
      /^prompts\/situations\/cafe-ordering\/situation\.yaml:\d+:1 category is given twice/,
      /^prompts\/situations\/cafe-ordering\/iced-americano-dongseong-ro\.yaml:1:1 is 5250000 bytes long/,
      /^prompts\/locations\/apsan\.yaml:\d+:1 author is no known key/,
      /^prompts\/locations\/banwoldang\.yaml:1:1 /,
      /^prompts\/locations\/lions-park\.yaml:\d+:\d+ is not valid UTF-8 from here on/,
      /^personas\/story-partner\.persona\.md:\d+:7 name 'Haneul' is also the name in personas\/daegu-friend|^personas\/daegu-friend\.persona\.md:1:1 has front matter without an end/,
    ]) {
      expect(lines).toContainEqual(expect.stringMatching(expected))
    }
  })

  test('tells programs errors and warnings apart, and only errors end it with 1', async () => {
    const [line = ''] = readFileSync(join(REPOSITORY, VARIATION), 'utf8').split('\n', 1)
    const warned = {
      [VARIATION]: (text: string) => text.replace(`${line}\n`, ''),
      [OTHER]: (text: string) => text.replace(line, line.replace('../../../', '../../')),
    }
    givenContent(warned)
    const soft = await runMalgil(['content', 'check', root, '--json'])
    expect(soft.exitCode).toBe(0)
    expect(JSON.parse(soft.stdout)).toEqual([
      {
        file: OTHER,
        line: 1,
        column: 33,
        key: '',
        message: 'names a schema that is not there: ../../schemas/variation.schema.json',
        severity: 'warning',
      },
      {
        file: VARIATION,
        line: 1,
        column: 1,
        key: '',
        message: `has no line for editors: begin with '${line}'`,
        severity: 'warning',
      },
    ])
    expect((await runMalgil(['content', 'check', root, '--strict'])).exitCode).toBe(1)

    givenContent({
      ...warned,
      'personas/daegu-friend.persona.md': (text) => text.replace('persona.schema', 'prompt.schema'),
    })
    const hard = await runMalgil(['content', 'check', root, '--json'])
    expect(hard.exitCode).toBe(1)
    expect(JSON.parse(hard.stdout)).toContainEqual(
      expect.objectContaining({
        file: 'personas/daegu-friend.persona.md',
        line: 2,
        message: expect.stringContaining('names the schema of something else'),
        severity: 'error',
      }),
    )
  })

  test('finds learners’ words that a prompt of the service takes for instructions', async () => {
    givenContent({
      'prompts/turn-judge.prompt.md': (text) =>
        text.replace('Goals of the learner:', 'They said: {{json utterance.learner_said}}'),
      'prompts/conversation-summary.prompt.md': (text) =>
        text.replace('{{json memory}}', '<memory>{{memory}}</memory>'),
      'prompts/persona-reply.prompt.md': (text) => text.replace('the mark {{canary}}', 'a mark'),
    })
    const { exitCode, stdout } = await runMalgil(['content', 'check', root])

    expect(exitCode).toBe(1)
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^prompts\/conversation-summary\.prompt\.md:\d+:9 body 'memory' holds .* quote it/,
      ),
      expect.stringMatching(
        /^prompts\/persona-reply\.prompt\.md:\d+:\d+ input\.schema\.canary is never used/,
      ),
      expect.stringMatching(
        /^prompts\/persona-reply\.prompt\.md:\d+:1 body does not use 'canary', which persona-reply cannot/,
      ),
      expect.stringMatching(
        /^prompts\/turn-judge\.prompt\.md:\d+:12 body 'utterance\.learner_said' .* only after/,
      ),
    ])
  })
})
