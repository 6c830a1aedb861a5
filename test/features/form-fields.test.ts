import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { FIXTURE_AUDIO } from '../support/test-client.ts'

let app: TestApp
let recording: Buffer
beforeAll(async () => {
  app = await startTestApp()
  recording = await readFile(join(FIXTURE_AUDIO, 'iced-americano.webm'))
})
beforeEach(() => app.reset())
afterAll(() => app.close())

type Part = { disposition: string; type?: string; content: Buffer | string }

/** A multipart body byte by byte, as no library would write it. */
const bodyOf = (...parts: Part[]) =>
  Buffer.concat([
    ...parts.flatMap(({ disposition, type, content }) => [
      Buffer.from(`--x\r\nContent-Disposition: form-data${disposition}\r\n`),
      Buffer.from(`${type ? `Content-Type: ${type}\r\n` : ''}\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--x--\r\n'),
  ])

const audio = (): Part => ({
  disposition: '; name="audio"; filename="a.webm"',
  type: 'audio/webm',
  content: recording,
})
const field = (
  content: Buffer | string,
  { name = 'text', type }: { name?: string; type?: string } = {},
): Part => ({
  disposition: `; name="${name}"`,
  content,
  ...(type ? { type } : {}),
})
const post = (path: string, ...parts: Part[]) =>
  app.post(path, bodyOf(...parts), { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } })

const TEXT = 'Can I get an iced americano, please?'
/** 아메리카노 in CP949, the encoding of Korean Windows. */
const CP949 = Buffer.from('bec6b8deb8aeb4ebb3eb', 'hex')
const CUT = Buffer.from('아메리카노').subarray(0, -1)

describe('a text field that is not UTF-8 (faults.md A21)', () => {
  test.each([
    ['in CP949', CP949, undefined],
    ['in CP949, declared as such', CP949, 'text/plain; charset=euc-kr'],
    ['in CP949, declared as UTF-8', CP949, 'text/plain; charset=utf-8'],
    ['in Latin-1, declared as such', Buffer.from('caf\xe9', 'latin1'), 'text/plain; charset=iso-8859-1'],
    ['that ends in the middle of a character', CUT, undefined],
    ['with half of a surrogate pair', Buffer.from([0x61, 0xed, 0xa0, 0x80]), undefined],
    ['with an overlong spelling', Buffer.from([0x61, 0xc0, 0xaf]), undefined],
  ])('%s is refused by name', async (_, content, type) => {
    const options = type ? { type } : {}
    const assessed = await post('/v1/assessments', field(content, options), audio())
    const { path } = await app.givenSession()
    const said = await post(`${path}/turns`, audio(), field(content, { ...options, name: 'transcript' }))

    expect(assessed).toMatchObject({
      status: 400,
      body: { code: 'upload.field_not_utf8', errors: [{ path: 'text' }] },
    })
    expect(said).toMatchObject({
      status: 400,
      body: { code: 'upload.field_not_utf8', errors: [{ path: 'transcript' }] },
    })
    expect((await app.get(path)).body.turns).toEqual([])
  })

  test.each([
    ['NUL', Buffer.from('Hello\0 there')],
    ['UTF-16, which is full of NUL', Buffer.from('Hello', 'utf16le')],
  ])('or holds %s is refused by name', async (_, content) => {
    expect(
      await post('/v1/assessments', field(content, { type: 'text/plain; charset=utf-16le' }), audio()),
    ).toMatchObject({ status: 400, body: { code: 'request.invalid', errors: [{ path: 'text' }] } })
  })

  test('a language is held to the same', async () => {
    const language = field(CP949, { name: 'firstLanguage' })

    expect(await post('/v1/assessments', field(TEXT), language, audio())).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'firstLanguage' }] },
    })
  })
})

test('text of any script is kept as it was sent, whatever charset is declared beside it', async () => {
  const words = '아이스 아메리카노 — “please” 👩‍👩‍👧‍👦 café'
  const { path } = await app.givenSession()
  const type = 'text/plain; charset=iso-8859-1'

  const { body } = await post(`${path}/turns`, field(words, { name: 'transcript', type }), audio())

  expect(body.transcript.text).toBe(words)
})

describe('a recording (faults.md A22)', () => {
  test.each([
    ['without a file name', { disposition: '; name="audio"', type: 'audio/webm' }],
    ['without a file name and type', { disposition: '; name="audio"' }],
    ['with an empty file name', { disposition: '; name="audio"; filename=""', type: 'audio/webm' }],
    ['without a file name, as octets', { disposition: '; name="audio"', type: 'application/octet-stream' }],
  ])('%s is the recording, because its field is', async (_, part) => {
    const { path } = await app.givenSession()

    const assessed = await post('/v1/assessments', { ...part, content: recording }, field(TEXT))
    const said = await post(`${path}/turns`, { ...part, content: recording })

    expect(assessed).toMatchObject({ status: 200, body: { basis: 'measured' } })
    expect(said).toMatchObject({ status: 201, body: { stage: 'completed', input: { kind: 'audio' } } })
  })

  test('is one, with or without a file name', async () => {
    const unnamed = { disposition: '; name="audio"', content: recording }

    expect(await post('/v1/assessments', audio(), unnamed, field(TEXT))).toMatchObject({
      status: 400,
      body: { code: 'upload.too_many_files' },
    })
  })
})

test.each([
  ['a file without a name', '; filename="a.webm"'],
  ['a field without a name', ''],
])('%s is refused, and the process stays up', async (_, disposition) => {
  const refused = await post('/v1/assessments', { disposition, content: 'x' }, field(TEXT), audio())

  expect(refused).toMatchObject({ status: 400, body: { code: 'upload.malformed' } })
  expect((await post('/v1/assessments', field(TEXT), audio())).status).toBe(200)
})

test('more fields than any call has are refused', async () => {
  const many = Array.from({ length: 30 }, (_, number) => field('x', { name: `field${number}` }))

  expect(await post('/v1/assessments', ...many, audio())).toMatchObject({
    status: 400,
    body: { code: 'upload.malformed' },
  })
})
