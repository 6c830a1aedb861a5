import { expect, test } from 'vitest'
import { checkContent, formatFault } from '#features/content/check-content.ts'
import { copyContent } from '../support/test-content.ts'

const VARIATION = 'prompts/situations/cafe-ordering/takeout-with-card.yaml'
const PERSONA = 'personas/daegu-friend.persona.md'

function faultsAfter(file: string, from: string | RegExp, to: string): string[] {
  using content = copyContent()
  content.change(file, from, to)
  return checkContent(content.root).faults.map(formatFault)
}

test.each([
  [VARIATION, /^opener: .*$/m, 'opener: "Hello, {{user}}!"', 'opener', '{{user}}'],
  [VARIATION, /^closing: .*$/m, 'closing: "Bye, {learner_name}!"', 'closing', '{learner_name}'],
  [VARIATION, /^ {4}reply: .*$/m, '    reply: "Here, {{ char }}."', 'ideal_responses.0.reply', '{{ char }}'],
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
