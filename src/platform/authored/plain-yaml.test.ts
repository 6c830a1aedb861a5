import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { splitFrontMatter } from './front-matter.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { parseYamlTree } from './yaml-tree.ts'

const ROOT = join(import.meta.dirname, '../../..')
const FOLDERS = ['prompts', 'personas']

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
  'key: |-',
  'key: |+',
  'key: >  # comment',
  'key: |1-',
  'key: "two',
  'lines"',
  "key: 'two",
  "lines'",
  'key: [a,',
  'b]',
  'key: {a: b,',
  'c: d}',
  '[a]: b',
  '? a',
  ': b',
  'key: yes',
  'key: 2001-01-01',
  'key: 0o17',
  'key: -0',
  'key: 1e3',
  'key: .inf',
  'key: 12345678901234567890',
  '<<: a',
  'key:\tb',
  '\tkey: b',
  'key: "a" b',
  'key: [a #b]',
  'key: @a',
  'key: a:b',
  'key: - a',
  '"key": a',
  'key with spaces?: a',
  '1: a',
  'null: a',
  ': a',
  'toString: a',
  'key: "\\q"',
  'key: "\\ud800"',
  'key: a\u2028b',
  '}',
  '  ',
]

const BEFORE = ['a:\n- ', 'a:\n  - ', '- ', 'a: ', 'a:\n  b:\n  - ', 'a:\n- b:\n  - ', '- b:\n  - ', '? ']
const ENDS = ['"x"', "'x'", '[a]', '{a: b}', 'x', '"x" ', '[a] ', 'k: "x"', '- "x"', '- [a]', '', 'k:']
const AFTER = [
  'b: c',
  ' b: c',
  'b:\n- c',
  '- c',
  ' - c',
  '"c": d',
  '[c]: d',
  ', c',
  ']',
  '? c',
  '  b: c',
  '#b',
  ' #b\nc: d',
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

/** The YAML of every authored file of this repository. */
const contentTexts = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:yaml|(?:prompt|persona)\.md)$/.test(path))
    .map((path) => yamlOf(readFileSync(join(ROOT, folder, path), 'utf8'))),
)

function yamlOf(text: string): string {
  const parts = splitFrontMatter(text)
  return typeof parts === 'string' ? text : text.slice(parts.yaml.start, parts.yaml.end)
}

/** How many of the texts have a plain value; fails where the full parser has none, or another. */
function countAgreed(texts: Iterable<string>): number {
  let answered = 0
  for (const text of texts) {
    const value = readPlainYaml(text)
    if (value === undefined) continue
    answered += 1
    expect(value, text).toStrictEqual(fullValue(text))
  }
  return answered
}

const many = (count: number, make: (run: number) => string) =>
  Array.from({ length: count }, (_, run) => make(run))

describe('readPlainYaml', () => {
  test('reads the authored files of this repository, nearly all of them, as the full parser does', () => {
    expect(contentTexts.length).toBeGreaterThan(100)
    expect(countAgreed(contentTexts)).toBeGreaterThan(0.95 * contentTexts.length)
  })

  test('agrees with the full parser on 20,000 random texts wherever it answers', () => {
    const roll = createDice(1)
    expect(countAgreed(many(20_000, () => randomText(roll)))).toBeGreaterThan(1_000)
  })

  test('agrees with the full parser on damaged copies of real files wherever it answers', () => {
    const roll = createDice(2)
    const texts = many(600, (run) => damaged(contentTexts[run % contentTexts.length] ?? '', roll))
    expect(countAgreed(texts)).toBeGreaterThan(100)
  })

  test('agrees with the full parser wherever it answers when something follows on the same line', () => {
    const texts = BEFORE.flatMap((before) =>
      ENDS.flatMap((end) => AFTER.map((after) => `${before}${end}${after}\n`)),
    )
    expect(countAgreed(texts)).toBeGreaterThan(100)
  })

  test.each([
    [
      'words that mean true and false elsewhere',
      'a: yes\nb: no\nc: on\nd: y\n',
      { a: 'yes', b: 'no', c: 'on', d: 'y' },
    ],
    [
      'true, false and nothing',
      'a: True\nb: FALSE\nc: ~\nd:\ne: nUll\n',
      { a: true, b: false, c: null, d: null, e: 'nUll' },
    ],
    [
      'dates and times',
      'a: 2024-07-18\nb: 12:30\nc: 12:30:45\n',
      { a: '2024-07-18', b: '12:30', c: '12:30:45' },
    ],
    ['numbers', 'a: 012\nb: 1e3\nc: .5\nd: 1_000\ne: "1"\n', { a: 12, b: 1000, c: 0.5, d: '1_000', e: '1' }],
    [
      'keys that look like something else',
      '1: a\n007: b\nno: c\n2024-07-18: d\n',
      { 1: 'a', '007': 'b', no: 'c', '2024-07-18': 'd' },
    ],
    [
      'text over several lines',
      'a: one\n  two\n\n  three\nb: "one\n  two"\n',
      { a: 'one two\nthree', b: 'one two' },
    ],
    ['blocks', 'a: |\n  one\n   # two\nb: >-\n  one\n  two\n\n\n', { a: 'one\n # two\n', b: 'one two' }],
    [
      'a # that is text',
      'a: one#two\nb: "# three"\nc: four # five\n',
      { a: 'one#two', b: '# three', c: 'four' },
    ],
    ['a merge key', '<<: a\n', { '<<': 'a' }],
  ])('reads %s as YAML 1.2 says', (_name, text, value) => {
    expect(readPlainYaml(text)).toEqual(value)
    expect(fullValue(text)).toEqual(value)
  })

  test.each([
    ['an anchor', 'a: &b c\n'],
    ['an alias', 'a: *b\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a key with an anchor', '&a b: c\n'],
    ['a key given twice', 'a: 1\na: 2\n'],
    ['the key __proto__', '__proto__: 1\n'],
    ['an empty key', '"": 1\n'],
    ['a key that is a list', '[a]: 1\n'],
    ['a directive', '%YAML 1.1\n---\na: no\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
    ['a tab', 'a:\n\tb: 1\n'],
    ['a number too large to be kept', 'a: 12345678901234567890\n'],
    ['half of a surrogate pair', 'a: "\\ud800"\n'],
    ['an octal number', 'a: 0o17\n'],
    ['what is no number', 'a: .nan\n'],
    ['a depth in digits', 'a: |1-\n  \n'],
    ['very deep lists', `a: ${'['.repeat(200_000)}`],
    ['nothing', ''],
    ['what is no YAML', 'a: b: c\n'],
  ])('leaves %s to the full parser', (_name, text) => {
    expect(readPlainYaml(text)).toBeUndefined()
  })
})
