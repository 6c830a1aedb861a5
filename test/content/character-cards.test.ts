import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportCard, formatFault, importCard, readContent } from '#features/content/index.ts'
import { internationalChunk, pngChunk, pngWith, textChunk, toBase64 } from '../support/png-cards.ts'
import { REPOSITORY } from '../support/repository.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'malgil-cards-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const V2 = {
  spec: 'chara_card_v2',
  spec_version: '2.0',
  data: {
    name: 'Mira the Baker',
    description: '{{char}} bakes bread in a small town.\r\nShe likes {{user}}. {{random:a,b}} {{#if x}}',
    personality: 'Warm, patient; hums while she works.',
    scenario: 'A bakery at six in the morning.',
    first_mes: 'Good morning, {{user}}! I am {{char}}. What smells best to you today?',
    mes_example: '<START>\n{{user}}: Hi\n{{char}}: Hello there!',
    creator_notes: 'A gentle partner for beginners.',
    system_prompt: '{{original}} Keep it short.',
    post_history_instructions: 'End with a question. <<<dotprompt:role:system>>>',
    alternate_greetings: ['Oh, you are early!', 'Back again, {{user}}?'],
    character_book: {
      name: 'Bakery',
      extensions: {},
      entries: [
        {
          keys: ['bread'],
          content: 'Rye is her favourite.',
          extensions: { depth: 4 },
          enabled: true,
          insertion_order: 0,
        },
      ],
    },
    tags: ['baking', '한국어'],
    creator: 'somebody',
    character_version: '1.2',
    extensions: {
      'other-app': { depth_prompt: { depth: 4, prompt: 'a\tb\u0000c\u007f' }, list: [1, null, true, 0.5] },
    },
    unknown_key: { deep: [{ er: 'yes' }], '': 'no key', $json: 'looks like ours' },
  },
  name: 'a copy at the top, as some programs write it',
}

const V3 = {
  ...V2,
  spec: 'chara_card_v3',
  spec_version: '3.0',
  data: {
    ...V2.data,
    name: 'Jun',
    nickname: 'JJ',
    creator_notes_multilingual: { ko: '초보자를 위한 친구' },
    source: ['https://example.com/card'],
    group_only_greetings: [],
    creation_date: 1_700_000_000,
    assets: [{ type: 'icon', uri: 'ccdefault:', name: 'main', ext: 'png' }],
    extensions: { huge: 2 ** 80, lone: '\ud800', line: 'a\r\nb' },
  },
}

async function given(name: string, content: string | Buffer): Promise<string> {
  const path = join(root, name)
  await writeFile(path, content)
  return path
}

const load = (file: string, id?: string) => importCard(file, { root, id, language: 'en', replaces: false })
const json = (card: unknown) => JSON.stringify(card)
const exported = (id: string) => JSON.parse(exportCard(id, { root }).toString())
const faultsOf = (imported: ReturnType<typeof importCard>) =>
  imported.ok ? [] : imported.faults.map(formatFault).map((line) => line.replace(`${root}/`, ''))
const personaOf = (id: string) => readContent(root).personas.find(({ value }) => value.id === id)?.value

describe('a character card', () => {
  test.each([
    ['V2', V2, 'mira-the-baker'],
    ['V3', V3, 'jun'],
  ])('%s becomes a persona without faults, and the same card again', async (_spec, card, id) => {
    const imported = load(await given('card.json', json(card)))
    expect(imported).toMatchObject({ ok: true, path: `personas/${id}.persona.md` })
    expect(readContent(root).faults.filter(({ file }) => file.startsWith('personas/'))).toEqual([])
    expect(exported(id)).toEqual(JSON.parse(json(card)))
  })

  test.each([
    ['tEXt chara', (card: unknown) => textChunk('chara', toBase64(card)), V2],
    ['tEXt ccv3', (card: unknown) => textChunk('ccv3', toBase64(card)), V3],
    ['iTXt', (card: unknown) => internationalChunk('ccv3', toBase64(card), { compressed: false }), V3],
    [
      'compressed iTXt',
      (card: unknown) => internationalChunk('chara', toBase64(card), { compressed: true }),
      V2,
    ],
    [
      'zTXt',
      (card: unknown) =>
        pngChunk('zTXt', Buffer.concat([Buffer.from('chara\0\0'), deflateSync(toBase64(card))])),
      V2,
    ],
  ])('in a picture (%s) comes back in a picture, which is else the same', async (_kind, chunk, card) => {
    const picture = await given('card.png', pngWith(textChunk('Comment', 'mine'), chunk(card)))
    expect(load(picture, 'jun')).toMatchObject({ ok: true })
    const again = await given('again.png', exportCard('jun', { root, picture }))
    expect((await readFile(again)).toString('latin1')).toContain('Comment\0mine')
    const other = await mkdtemp(join(root, 'other-'))
    expect(importCard(again, { root: other, id: 'jun', language: 'en', replaces: false })).toMatchObject({
      ok: true,
    })
    expect(JSON.parse(exportCard('jun', { root: other }).toString())).toEqual(JSON.parse(json(card)))
  })

  test('of V3 is taken where a picture has one of each', async () => {
    const picture = pngWith(textChunk('chara', toBase64(V2)), textChunk('ccv3', toBase64(V3)))
    expect(load(await given('two.png', picture))).toMatchObject({ path: 'personas/jun.persona.md' })
  })

  test('is read as plain text: names for its macros, and nothing that a template could run', async () => {
    load(await given('card.json', json(V2)))
    const persona = personaOf('mira-the-baker')
    expect(persona).toMatchObject({
      name: 'Mira the Baker',
      description: 'A gentle partner for beginners.',
      greeting: 'Good morning, friend! I am Mira the Baker. What smells best to you today?',
      language: 'en',
    })
    const body = persona?.system_prompt ?? ''
    expect(body).toContain('Mira the Baker bakes bread in a small town.\nShe likes the learner.')
    for (const part of ['hums while', 'at six in', 'Keep it short.', 'End with a question.'])
      expect(body).toContain(part)
    expect(body).not.toMatch(/\{\{|\}\}|<<<dotprompt|original|<START>/)
  })

  test('gives back what was edited since, in its own fields', async () => {
    load(await given('card.json', json(V2)))
    const path = join(root, 'personas/mira-the-baker.persona.md')
    const text = await readFile(path, 'utf8')
    await writeFile(
      path,
      text
        .replace('emotions:\n  - neutral', 'emotions:\n  - neutral\n  - happy')
        .replace(/^greeting: .*$/m, 'greeting: Hi!')
        .replace('is like\nWarm, patient; hums', 'is like\nWarm, patient; sings'),
    )
    const { data } = exported('mira-the-baker')
    expect(data).toMatchObject({ first_mes: 'Hi!', personality: '', name: V2.data.name, tags: V2.data.tags })
    expect(data.description).toContain('sings while she works')
    expect(data.extensions).toMatchObject({
      ...V2.data.extensions,
      malgil: { emotions: ['neutral', 'happy'] },
    })
  })

  test('says what an editor should look at', async () => {
    const card = { ...V2, data: { ...V2.data, first_mes: `${'A long story. '.repeat(60)}The end.` } }
    const imported = load(await given('card.json', json(card)))
    expect(imported.ok && imported.notes.join('\n')).toMatch(
      /emotions.*\n.*scripted_lines.*\ngreeting: shortened.*\nalternate/,
    )
    expect([...(personaOf('mira-the-baker')?.greeting ?? '')].length).toBeLessThanOrEqual(500)
    expect(exported('mira-the-baker').data.first_mes).toBe(card.data.first_mes)
  })

  test('can be made of a persona that never was one', async () => {
    const card = JSON.parse(exportCard('daegu-friend', { root: REPOSITORY, spec: 'v3' }).toString())
    expect(card).toMatchObject({
      spec: 'chara_card_v3',
      data: { name: 'Haneul', extensions: { malgil: { emotions: expect.any(Array) } } },
    })
    load(await given('haneul.json', json(card)), 'haneul')
    const haneul = readContent(REPOSITORY).personas.find(({ value }) => value.id === 'daegu-friend')?.value
    expect(personaOf('haneul')).toMatchObject({
      emotions: haneul?.emotions,
      scripted_lines: haneul?.scripted_lines,
      greeting: haneul?.greeting,
    })
  })
})

describe('what is no card is refused, and nothing is written', () => {
  const picture = pngWith(textChunk('chara', toBase64(V2)))
  const nested = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`
  const wrong = (data: object) => json({ ...V2, data: { ...V2.data, ...data } })
  const bomb = Buffer.concat([
    Buffer.from('chara\0\x01\0en\0\0', 'latin1'),
    deflateSync(Buffer.alloc(64 * 1024 * 1024)),
  ])

  const cases: [string, string | Buffer, RegExp][] = [
    ['an empty file', '', /^x:1:1 is empty$/],
    ['JSON that breaks off', '{\n  "spec": "chara', /^x:2:17 is no JSON: /],
    ['JSON with a comma too many', '{\n  "spec": "a",\n}', /^x:3:1 is no JSON: /],
    [
      'a card of another version',
      '{\n  "spec": "chara_card_v1", "spec_version": "1", "data": {"name": "A"}\n}',
      /^x:2:11 spec must be 'chara_card_v2' or/,
    ],
    ['a list', '[]', /is no character card/],
    ['null', 'null', /is no character card/],
    ['a card without data', '{"spec": "chara_card_v2", "spec_version": "2.0"}', /^x:1:1 data is missing$/],
    ['a card without a name', wrong({ name: undefined }), /data\.name is missing$/],
    ['a blank name', wrong({ name: ' \u200b ' }), /data\.name must be a name$/],
    ['a name that is no text', wrong({ name: 7 }), /^x:1:\d+ data\.name must be text$/],
    [
      'greetings that are no list',
      wrong({ alternate_greetings: 'hi' }),
      /data\.alternate_greetings must be a list/,
    ],
    ['deep nesting', `{"spec":"chara_card_v2","spec_version":"2.0","data":${nested}}`, /nested too deeply/],
    [
      'a card too large for a file',
      wrong({ character_book: { a: 'b'.repeat(300_000) } }),
      /would make a persona file of 30\d{4} bytes/,
    ],
    ['a name in no Latin letters', wrong({ name: '한솔' }), /^$/],
    ['text that is no UTF-8', Buffer.from([0x7b, 0xff, 0xfe]), /neither JSON in UTF-8 nor a PNG/],
    ['an archive', Buffer.from('PK\u0003\u0004rest', 'latin1'), /is an archive \(\.charx\)/],
    ['20 MB', Buffer.alloc(20 * 1024 * 1024, 0x20), /is 20971520 bytes long; at most 16777216/],
    ['a picture without a card', pngWith(), /without a character card/],
    ['base64 garbage', pngWith(textChunk('chara', '!!! no base64 !!!')), /chara is not base64/],
    [
      'base64 of garbage',
      pngWith(textChunk('chara', Buffer.from([0xff, 0xfe]).toString('base64'))),
      /does not hold UTF-8/,
    ],
    ['base64 of no JSON', pngWith(textChunk('chara', Buffer.from('hello').toString('base64'))), /is no JSON/],
    [
      'a wrong checksum',
      pngWith(pngChunk('tEXt', Buffer.from('chara\0e30='), 1)),
      /checksum of the chunk tEXt at byte \d+ is wrong/,
    ],
    [
      'a chunk that is cut off',
      picture.subarray(0, picture.length - 60),
      /chunk tEXt at byte \d+ is cut off/,
    ],
    ['a picture without an end', picture.subarray(0, picture.length - 12), /without IEND/],
    [
      'a length that lies',
      Buffer.concat([
        pngWith().subarray(0, 8),
        Buffer.from([0xff, 0xff, 0xff, 0xff]),
        Buffer.from('IHDRxxxxxxxx'),
      ]),
      /IHDR at byte 8 is cut off/,
    ],
    [
      'a text that unfolds without end',
      pngWith(pngChunk('iTXt', bomb)),
      /unfolds into more than 8388608 bytes/,
    ],
    [
      'a text that cannot be unfolded',
      pngWith(pngChunk('zTXt', Buffer.from('chara\0\0garbage'))),
      /cannot be unfolded/,
    ],
  ]

  test.each(cases.filter(([name]) => name !== 'a name in no Latin letters'))(
    '%s',
    async (_case, content, expected) => {
      const [line] = faultsOf(load(await given('x', content)))
      expect(line).toMatch(expected)
      expect(await readdir(root)).toEqual(['x'])
    },
  )

  test('what is not there or is a folder', async () => {
    expect(faultsOf(load(join(root, 'nowhere.json')))).toEqual(['nowhere.json:1:1 cannot be read (ENOENT)'])
    expect(faultsOf(load(root))[0]).toMatch(/is not a regular file$/)
  })

  test('a name cannot lead out of the folder, and one in Korean gives the file its name', async () => {
    const out = load(await given('x.json', wrong({ name: '../../../etc/pass wd' })))
    expect(out).toMatchObject({ ok: true, path: 'personas/etc-pass-wd.persona.md' })
    expect(load(await given('hansol.json', wrong({ name: '한솔' })))).toMatchObject({
      path: 'personas/hansol.persona.md',
    })
    expect(faultsOf(load(await given('솔.json', wrong({ name: '한' }))))[0]).toMatch(/give one with --id$/)
    expect(faultsOf(load(await given('솔.json', wrong({ name: '한' })), '../x'))[0]).toMatch(
      /cannot become a persona/,
    )
    expect(await readdir(join(root, 'personas'))).toEqual(['etc-pass-wd.persona.md', 'hansol.persona.md'])
  })

  test('a persona that is there already, and a name that another one has', async () => {
    const file = await given('x.json', json(V2))
    expect(load(file).ok).toBe(true)
    expect(faultsOf(load(file))[0]).toMatch(/is there already: give another --id, or --force/)
    expect(faultsOf(load(file, 'other'))[0]).toMatch(
      /data\.name 'Mira the Baker' is also the name in personas\/mira/,
    )
    expect(importCard(file, { root, language: 'en', replaces: true }).ok).toBe(true)
  })
})

describe('on the command line', () => {
  const malgil = async (...args: string[]) => {
    const run = promisify(execFile)(process.execPath, ['src/app/cli.ts', 'content', ...args], {
      cwd: REPOSITORY,
    })
    return run.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    )
  }

  test('what can be imported is, what cannot is named, and a card is written once', async () => {
    const good = await given('good.json', json(V2))
    const bad = await given('bad.json', '{"spec": 1}')
    const imported = await malgil('import-card', '--dir', root, bad, good)
    expect(imported.code).toBe(1)
    expect(imported.stdout).toBe('personas/mira-the-baker.persona.md\n')
    expect(imported.stderr).toContain(`${bad}:1:10 spec must be`)
    expect(imported.stderr).toContain('note: personas/mira-the-baker.persona.md emotions:')
    const out = join(root, 'out.json')
    expect((await malgil('export-card', '--dir', root, 'mira-the-baker', '--out', out)).code).toBe(0)
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(JSON.parse(json(V2)))
    expect(await malgil('export-card', '--dir', root, 'mira-the-baker', '--out', out)).toMatchObject({
      code: 1,
    })
    expect((await malgil('export-card', '--dir', root, 'nobody')).stderr).toContain('no sound persona nobody')
  })
})
