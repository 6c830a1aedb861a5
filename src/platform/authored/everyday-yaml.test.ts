import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEverydayYaml } from './everyday-yaml.ts'
import { parseYamlTree } from './yaml-tree.ts'

const CONTENT_FOLDER = join(import.meta.dirname, '../../../prompts/situations')

/** Pieces that are next to each other in real files, and pieces that break them. */
const FRAGMENTS = [
  'key: text',
  'key: two words, and more',
  'key: "quoted \\"inside\\" \\n"',
  "key: 'it''s'",
  'key: 12',
  'key: 0.5',
  'key: 007',
  'key: true',
  'key: Null',
  'key: 대구 (Daegu)',
  'key: (in brackets)',
  'key: 1루 쪽',
  'key: ~ 뒤에',
  'key: ~',
  'key: { a: 1인분, b: ~ 뒤에, c: ~ }',
  'key:\u00a0no-break',
  'key: {a: b, c: "d, e"}',
  'key: { a: b c, d: 1 }',
  'key: [a, b c, 3]',
  'key: [ a, ]',
  'key: [a, [b]]',
  'key: { a: b, a: c }',
  'key: a # comment',
  'key: a: b',
  'key: a:',
  'key: &anchor a',
  'key: *anchor',
  'key: !tag a',
  'key: >-',
  'key: >',
  'key: |',
  'key:',
  '__proto__: a',
  'other-key: {}',
  'last: []',
  'folded line of text',
  'folded line: with a colon',
  '# comment',
  '- item',
  '- "quoted item"',
  '- key: text',
  '-  key: text',
  '- >-',
  '- - nested',
  '-',
  '? complex',
  '---',
  '...',
  '%YAML 1.1',
  '',
]

/** A small linear congruential generator: the same texts on every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * sides)
  }
}

const numbered = (fragment: string, index: number) => fragment.replace(/^(-? *)key\b/, `$1key${index}`)

function randomText(roll: (sides: number) => number): string {
  let indent = 0
  const lines = Array.from({ length: 1 + roll(7) }, (_, index) => {
    if (index > 0) indent = Math.max(0, indent + (roll(3) - 1) * 2)
    const fragment = FRAGMENTS[roll(FRAGMENTS.length)] ?? ''
    return ' '.repeat(indent) + numbered(fragment, roll(10) === 0 ? 0 : index)
  })
  return `${lines.join('\n')}\n`
}

/** One line of a real file removed, repeated, indented or replaced. */
function damaged(text: string, roll: (sides: number) => number): string {
  const lines = text.split('\n')
  const at = roll(lines.length)
  const line = lines[at] ?? ''
  const changes = [[], [line, line], [` ${line}`], [line.slice(1)], [FRAGMENTS[roll(FRAGMENTS.length)] ?? '']]
  lines.splice(at, 1, ...(changes[roll(changes.length)] ?? []))
  return lines.join('\n')
}

/** What the full parser makes of it, or nothing where it objects. */
function fullValue(text: string): unknown {
  const { value, problems, isReadable } = parseYamlTree(text)
  return isReadable && problems.length === 0 ? value : undefined
}

const contentTexts = readdirSync(CONTENT_FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => readFileSync(join(CONTENT_FOLDER, path), 'utf8'))

describe('readEverydayYaml', () => {
  test('reads most authored situations of this repository, as the full parser does', () => {
    const answered = contentTexts.flatMap((text) => {
      const value = readEverydayYaml(text)
      return value === undefined ? [] : [{ text, value }]
    })
    expect(answered.length).toBeGreaterThan(0.7 * contentTexts.length)
    for (const { text, value } of answered) expect(value).toEqual(parseYamlTree(text).value)
  })

  test('agrees with the full parser on 20,000 random texts wherever it answers', () => {
    const roll = createDice(1)
    let answered = 0
    for (let run = 0; run < 20_000; run += 1) {
      const text = randomText(roll)
      const value = readEverydayYaml(text)
      if (value === undefined) continue
      answered += 1
      expect(fullValue(text), text).toEqual(value)
    }
    expect(answered).toBeGreaterThan(1_000)
  })

  test('agrees with the full parser on damaged copies of real files wherever it answers', () => {
    const roll = createDice(2)
    let answered = 0
    for (let run = 0; run < 600; run += 1) {
      const text = damaged(contentTexts[run % contentTexts.length] ?? '', roll)
      const value = readEverydayYaml(text)
      if (value === undefined) continue
      answered += 1
      expect(fullValue(text), text).toEqual(value)
    }
    expect(answered).toBeGreaterThan(100)
  })

  test('leaves a # inside folded text to the full parser', () => {
    expect(readEverydayYaml('a: >-\n  one\n\n  # two\nb: 1\n')).toBeUndefined()
    expect(readEverydayYaml('a: >-\n  one\n  two\n\n# comment\nb: 1\n')).toEqual({ a: 'one two', b: 1 })
  })
})
