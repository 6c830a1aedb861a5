import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { loadAuthoredMarkdown, loadAuthoredYaml } from '#platform/authored/load-authored.ts'

const Recipe = z.strictObject({
  title: z.string(),
  servings: z.int().min(1),
  course: z.enum(['starter', 'main']).default('main'),
  steps: z.array(z.strictObject({ text: z.string(), minutes: z.number().optional() })).min(1),
  extensions: z.record(z.string(), z.json()).optional(),
})

const SOUND = 'title: Rice\nservings: 2\nsteps:\n  - text: Boil it.\n'

/** A folder that holds `content/` with the given files, gone at the end of the test. */
function givenFolder(files: Record<string, string | Uint8Array>) {
  const folder = mkdtempSync(join(tmpdir(), 'authored-'))
  const root = join(folder, 'content')
  mkdirSync(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { folder, root, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

function loadRecipe(text: string | Uint8Array) {
  using folder = givenFolder({ 'a/recipe.yaml': text })
  return loadAuthoredYaml(Recipe, folder.root, 'a/recipe.yaml')
}

function faultsOfRecipe(text: string | Uint8Array) {
  const loaded = loadRecipe(text)
  return loaded.ok ? [] : loaded.faults
}

const at = (line: number, column: number, key: string, message: unknown) => ({
  file: 'a/recipe.yaml',
  line,
  column,
  key,
  message,
})
const saying = (part: string) => expect.stringContaining(part)

describe('a sound file', () => {
  test('gives its value with defaults and the hash of its text', () => {
    const contentHash = createHash('sha256').update(SOUND).digest('hex')
    expect(loadRecipe(SOUND)).toMatchObject({
      ok: true,
      value: { title: 'Rice', servings: 2, course: 'main', steps: [{ text: 'Boil it.' }] },
      contentHash,
    })
  })

  test('is the same version with other line ends, and another one with another word', () => {
    const { contentHash: unix } = loadRecipe(SOUND) as { contentHash: string }
    expect(loadRecipe(SOUND.replaceAll('\n', '\r\n'))).toMatchObject({ contentHash: unix })
    expect(loadRecipe(SOUND.replace('Rice', 'Soup'))).not.toMatchObject({ contentHash: unix })
  })

  test('may keep any keys under extensions', () => {
    expect(loadRecipe(`${SOUND}extensions:\n  colour: { deep: [red] }\n`)).toMatchObject({
      ok: true,
      value: { extensions: { colour: { deep: ['red'] } } },
    })
  })

  test('says where any of its keys is, for faults that are found later', () => {
    const loaded = loadRecipe(SOUND)
    expect(loaded.ok && loaded.faultAt(['steps', 0, 'text'], 'too short')).toEqual(
      at(4, 11, 'steps.0.text', 'too short'),
    )
  })

  test('reads the same with features of YAML that only the full parser knows', () => {
    const text = 'title: "Ri\\x63e"\nservings: 0x2 # two\nsteps:\n- text: |-\n    Boil it.\n'
    expect(loadRecipe(text)).toMatchObject({
      ok: true,
      value: { title: 'Rice', servings: 2, steps: [{ text: 'Boil it.' }] },
    })
  })
})

describe('faults of the schema', () => {
  test('all are named in one run, from top to bottom, each where it stands', () => {
    const text =
      'title: 5\nservings: 0\ncourse: soup\nsteps:\n  - text: Boil it.\n  - minutes: 3\n  - text:\n    note: x\nauthor: me\n'
    expect(faultsOfRecipe(text)).toEqual([
      at(1, 8, 'title', 'must be text, not a number (put quotes around it)'),
      at(2, 11, 'servings', saying('>=1')),
      at(3, 9, 'course', 'must be one of: starter, main'),
      at(6, 5, 'steps.1.text', 'is missing'),
      at(7, 5, 'steps.2.text', 'is empty'),
      at(8, 5, 'steps.2.note', saying('no known key')),
      at(9, 1, 'author', saying('no known key')),
    ])
  })

  test('a missing key is placed at its nearest parent', () => {
    expect(faultsOfRecipe('# a comment\ntitle: Rice\nservings: 1\n')).toEqual([
      at(2, 1, 'steps', 'is missing'),
    ])
  })

  test('a list where keys should be is named', () => {
    expect(faultsOfRecipe('- title: Rice\n')).toEqual([at(1, 1, '', 'must be a set of keys, not a list')])
  })

  test.each([
    ['', 1],
    ['# nothing here\n', 1],
  ])('an empty file %j is a fault of the file', (text, line) => {
    expect(faultsOfRecipe(text)).toEqual([at(line, 1, '', 'is empty')])
  })

  test('ten thousand unknown keys give a hundred faults and the number of the rest', () => {
    const extra = Array.from({ length: 10_000 }, (_, index) => `k${index}: 1\n`).join('')
    const faults = faultsOfRecipe(SOUND + extra)
    expect(faults).toHaveLength(101)
    expect(faults.at(-1)?.message).toBe('and 9900 more faults')
  })
})

describe('faults of the YAML', () => {
  test.each([
    ['a key given twice', `${SOUND}title: Soup\n`, at(5, 1, 'title', 'is given twice')],
    [
      'a key given twice further in',
      'title: Rice\nservings: 2\nsteps:\n  - text: a\n    text: b\n',
      at(5, 5, 'steps.0.text', 'is given twice'),
    ],
    [
      'a tab as indentation',
      'title: Rice\nservings: 2\nsteps:\n\t- text: a\n',
      at(4, 1, 'steps', saying('has a tab')),
    ],
    ['a colon inside plain text', 'title: Rice: boiled\n', at(1, 8, 'title', saying('put it in quotes'))],
    [
      'a quote that does not close',
      'title: "Rice\nservings: 2\n',
      at(3, 1, 'title', saying('is not valid YAML')),
    ],
    ['a second document', `${SOUND}---\ntitle: Soup\n`, at(5, 1, 'steps.0.text', saying('second document'))],
    ['a directive', `%YAML 1.1\n---\n${SOUND}`, at(1, 1, '', saying('directive'))],
    ['an anchor', SOUND.replace('Rice', '&a Rice'), at(1, 11, 'title', saying('anchor'))],
    ['a tag', SOUND.replace('Rice', '!!str Rice'), at(1, 14, 'title', saying('tag'))],
    ['a number that JSON lacks', SOUND.replace('2', '.inf'), at(2, 11, 'servings', saying('finite'))],
    [
      'a number beyond exact integers',
      SOUND.replace('2', '90071992547409930'),
      at(2, 11, 'servings', saying('too large')),
    ],
    [
      'an escaped NUL',
      SOUND.replace('Rice', '"a\\0"'),
      at(1, 8, 'title', 'has the control character U+0000'),
    ],
    ['half a surrogate pair', SOUND.replace('Rice', '"\\uD800"'), at(1, 8, 'title', saying('surrogate'))],
    [
      'a key that would reach the prototype',
      `${SOUND}extensions:\n  __proto__: { a: 1 }\n`,
      at(6, 3, 'extensions.__proto__', 'is no usable key'),
    ],
    [
      'text that nests a hundred thousand deep',
      `title: ${'['.repeat(100_000)}\n`,
      expect.objectContaining({ line: 1, key: '', message: 'is nested too deeply' }),
    ],
  ])('%s', (_name, text, fault) => {
    expect(faultsOfRecipe(text)).toContainEqual(fault)
  })

  test('aliases are refused where they stand, so that a bomb of them never unfolds', () => {
    const levels = 'bcdefghij'.split('').map((name, index) => {
      const inner = Array.from({ length: 10 }, () => `*${'abcdefghij'[index]}`).join(', ')
      return `  ${name}: &${name} [${inner}]\n`
    })
    const text = `${SOUND}extensions:\n  a: &a [x, x]\n${levels.join('')}`
    const faults = faultsOfRecipe(text)
    expect(faults).toContainEqual(at(7, 10, 'extensions.b.0', saying('alias')))
    expect(faults.length).toBeLessThanOrEqual(101)
  })
})

describe('faults of the file', () => {
  test('bytes that are no UTF-8 are placed at the first of them', () => {
    const bytes = Buffer.concat([Buffer.from('title: 대구\nservings: '), Buffer.from([0xb4, 0xeb, 0x0a])])
    expect(faultsOfRecipe(bytes)).toEqual([at(2, 11, '', saying('not valid UTF-8'))])
  })

  test('a byte order mark is read over (faults.md I6)', () => {
    expect(faultsOfRecipe(`\u{FEFF}${SOUND}`)).toEqual([])
  })

  test('a tab gives one message, whatever else the parser makes of it (faults.md I5)', () => {
    const text = 'title: Rice\nservings: 2\nsteps:\n\t- text: a\n\t- text: b\n'
    expect(faultsOfRecipe(text)).toEqual([at(4, 1, 'steps', saying('has a tab'))])
  })

  test('a control character is placed', () => {
    expect(faultsOfRecipe('title: a\nservings: \u00002\n')).toEqual([
      at(2, 11, '', 'has the control character U+0000'),
    ])
  })

  test('256 kB are read and one byte more is refused', () => {
    const filler = '# '.padEnd(256 * 1024 - SOUND.length - 1, 'x')
    expect(loadRecipe(`${SOUND}${filler}\n`)).toMatchObject({ ok: true })
    expect(faultsOfRecipe(`${SOUND}${filler}x\n`)).toEqual([at(1, 1, '', saying('262145 bytes'))])
  })

  test('a missing file, a folder and a pipe are refused without waiting', () => {
    using folder = givenFolder({ 'b/inside.yaml': SOUND })
    execFileSync('mkfifo', [join(folder.root, 'pipe.yaml')])
    const messageOf = (path: string) => {
      const loaded = loadAuthoredYaml(Recipe, folder.root, path)
      return loaded.ok ? undefined : loaded.faults[0]?.message
    }
    expect(messageOf('none.yaml')).toBe('cannot be read (ENOENT)')
    expect(messageOf('b')).toBe('is not a regular file')
    expect(messageOf('pipe.yaml')).toBe('is not a regular file')
  })

  test('a link inside the content folder is followed, one that leaves it is refused', () => {
    using folder = givenFolder({ 'real.yaml': SOUND })
    writeFileSync(join(folder.folder, 'outside.yaml'), SOUND)
    symlinkSync('real.yaml', join(folder.root, 'inside-link.yaml'))
    symlinkSync('../outside.yaml', join(folder.root, 'outside-link.yaml'))

    expect(loadAuthoredYaml(Recipe, folder.root, 'inside-link.yaml')).toMatchObject({ ok: true })
    for (const path of ['outside-link.yaml', '../outside.yaml']) {
      expect(loadAuthoredYaml(Recipe, folder.root, path)).toEqual({
        ok: false,
        faults: [{ file: path, line: 1, column: 1, key: '', message: saying('outside the content folder') }],
      })
    }
  })
})

describe('a file with front matter', () => {
  const Note = z.strictObject({ name: z.string() })

  function loadNote(text: string) {
    using folder = givenFolder({ 'note.md': text })
    return loadAuthoredMarkdown(Note, folder.root, 'note.md')
  }

  test('gives its front matter and its body, and places faults in both', () => {
    const loaded = loadNote('---\nname: a\n---\n\nFirst line\n---\nthird line\n')
    if (!loaded.ok) throw new Error('expected a sound file')
    expect(loaded.value).toEqual({ name: 'a' })
    expect(loaded.body).toBe('First line\n---\nthird line')
    expect(loaded.faultAt(['name'], 'odd')).toMatchObject({ line: 2, column: 7, key: 'name' })
    expect(loaded.faultInBody(loaded.body.indexOf('third'), 'odd')).toMatchObject({
      line: 7,
      column: 1,
      key: 'body',
    })
  })

  test('counts lines from the top of the file', () => {
    expect(loadNote('---\nname: 5\nextra: 1\n---\ntext\n')).toMatchObject({
      ok: false,
      faults: [
        { file: 'note.md', line: 2, column: 7, key: 'name' },
        { file: 'note.md', line: 3, column: 1, key: 'extra' },
      ],
    })
  })

  test('names a missing body together with the faults of the front matter', () => {
    expect(loadNote('---\nnam: a\n---\n\n')).toMatchObject({
      ok: false,
      faults: [
        { line: 2, key: 'name', message: 'is missing' },
        { line: 2, key: 'nam' },
        { key: 'body', message: 'is empty' },
      ],
    })
  })

  test.each([
    ['name: a\n', 'must begin with front matter'],
    ['---\nname: a\n', 'without an end'],
  ])('%j has no front matter', (text, message) => {
    expect(loadNote(text)).toEqual({
      ok: false,
      faults: [{ file: 'note.md', line: 1, column: 1, key: '', message: saying(message) }],
    })
  })
})
