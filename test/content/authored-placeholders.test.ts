import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkContent, formatFault } from '#features/content/check-content.ts'
import { REPOSITORY } from '../support/repository.ts'

const VARIATION = 'prompts/situations/cafe-ordering/takeout-with-card.yaml'
const PERSONA = 'personas/daegu-friend.persona.md'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'malgil-placeholders-'))
  for (const folder of ['prompts', 'personas', 'schemas']) {
    cpSync(join(REPOSITORY, folder), join(root, folder), { recursive: true })
  }
})
afterEach(() => rmSync(root, { recursive: true }))

function faultsAfter(file: string, from: string | RegExp, to: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  writeFileSync(join(root, file), changed)
  return checkContent(root).faults.map(formatFault)
}

test.each([
  [VARIATION, /^opener: .*$/m, 'opener: "Hello, {{user}}!"', 'opener', '{{user}}'],
  [VARIATION, /^closing: .*$/m, 'closing: "Bye, {learner_name}!"', 'closing', '{learner_name}'],
  [VARIATION, /(?<=^ {4}reply: ")/m, '{{ char }} ', 'ideal_responses.0.reply', '{{ char }}'],
  [PERSONA, /^greeting: .*$/m, 'greeting: "Hi, {{learner_name}}!"', 'greeting', '{{learner_name}}'],
  [PERSONA, /^ {2}- ".*"$/m, '  - "Well, <user>?"', 'scripted_lines.0', '<user>'],
  [PERSONA, /^You are /m, 'You are {{char}}, ', 'body', '{{char}}'],
])(
  '%s: a placeholder that nobody fills is an error at its line (faults.md I2)',
  (file, from, to, key, shown) => {
    const faults = faultsAfter(file, from, to)

    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^\S+:\d+:\d+ /)
    expect(faults[0]).toContain(`${file}:`)
    expect(faults[0]).toContain(` ${key} has the placeholder ${shown}, which is not filled in here`)
  },
)

test('a variable that a test of the content lacks is found without running it (faults.md I5)', () => {
  const faults = faultsAfter(PERSONA, '{{name}}', '{{nmae}}')

  expect(faults).toHaveLength(1)
  expect(faults[0]).toContain('has {{nmae}}, which no variable of this test fills')
  expect(faults[0]).toContain('(allowed here: {{name}}, {{greeting}})')
})
