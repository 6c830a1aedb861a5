import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

const MB = 1024 * 1024

let app: TestApp
let scratch: string
beforeAll(async () => {
  app = await startTestApp({ env: { MALGIL_UPLOAD_TIMEOUT_SECONDS: '3' } })
  scratch = await mkdtemp(join(tmpdir(), 'malgil-upload-'))
})
beforeEach(() => app.reset())
afterAll(async () => {
  await app.close()
  await rm(scratch, { recursive: true, force: true })
})

const TEXT = 'Can I get an iced americano, please?'

/** Nothing on its way was left behind, and the next good request is answered. */
async function expectUnaffected(path: string): Promise<void> {
  expect(await readdir(join(app.dataDir, 'uploads')).catch(() => [])).toEqual([])
  const next = await app.post(`${path}/turns`, await audioForm('iced-americano.webm'))
  expect(next).toMatchObject({ status: 201, body: { stage: 'completed' } })
}

const countTurns = async () =>
  (await app.database.db.selectFrom('situation_turns').select('turn_id').execute()).length
const countRecordings = async () =>
  (await app.database.db.selectFrom('recordings').select('recording_id').execute()).length

/** A multipart body written by hand, as `multipart/form-data; boundary=x`. */
const multipart = (...parts: string[]) => `${parts.map((part) => `--x\r\n${part}\r\n`).join('')}--x--\r\n`
const MULTIPART = { 'Content-Type': 'multipart/form-data; boundary=x' }
const filePart = (name: string, content: string, filename = 'a.webm') =>
  `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: audio/webm\r\n\r\n${content}`
const fieldPart = (name: string, content: string) =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${content}`

describe('an upload that is not one recording', () => {
  test.each([
    ['has no file', multipart(fieldPart('transcript', 'Hello')), 'upload.file_missing', 'audio'],
    [
      'has two files',
      multipart(filePart('audio', 'one'), filePart('audio', 'two')),
      'upload.too_many_files',
      'audio',
    ],
    [
      'has its file under another name',
      multipart(filePart('file', 'one')),
      'upload.unexpected_field',
      'file',
    ],
    [
      'has a field twice',
      multipart(fieldPart('transcript', 'a'), fieldPart('transcript', 'b')),
      'upload.unexpected_field',
      'transcript',
    ],
    [
      'has a field too long',
      multipart(fieldPart('transcript', 'a'.repeat(40_000))),
      'upload.field_too_large',
      'transcript',
    ],
    [
      'has an unknown field',
      multipart(filePart('audio', 'one'), fieldPart('score', '100')),
      'request.invalid',
      '',
    ],
    [
      'has an empty transcript',
      multipart(filePart('audio', 'one'), fieldPart('transcript', ' ')),
      'request.invalid',
      'transcript',
    ],
  ])('because it %s is refused by name', async (_case, body, code, path) => {
    const session = await app.givenSession()
    const answer = await app.post(`${session.path}/turns`, body, { headers: MULTIPART })
    expect(answer).toMatchObject({ status: 400, body: { code, errors: [{ path }] } })
    expect([await countTurns(), await countRecordings()]).toEqual([0, 0])
    await expectUnaffected(session.path)
  })

  test.each([
    ['has no boundary', 'x', { 'Content-Type': 'multipart/form-data' }],
    ['ends too early', multipart(filePart('audio', 'one')).slice(0, -20), MULTIPART],
  ])('because it %s is refused as malformed', async (_case, body, headers) => {
    const { path } = await app.givenSession()
    expect(await app.post(`${path}/turns`, body, { headers })).toMatchObject({
      status: 400,
      body: { code: 'upload.malformed' },
    })
    expect(await countTurns()).toBe(0)
    await expectUnaffected(path)
  })
})

describe('a file that is not usable sound', () => {
  test.each([
    ['no bytes', async () => audioOf(Buffer.alloc(0)), 400, 'audio.empty'],
    ['a picture called .wav', async () => audioForm('picture.wav'), 415, 'audio.unsupported_type'],
    ['random bytes', async () => audioOf(randomBytes(5_000)), 415, 'audio.unsupported_type'],
    ['text', async () => audioOf(Buffer.from('hello, this is no sound')), 415, 'audio.unsupported_type'],
    ['a playlist', async () => audioForm('playlist.webm'), 415, 'audio.unsupported_type'],
    ['a concat script', async () => audioForm('concat.m4a'), 415, 'audio.unsupported_type'],
  ])('%s is refused and not stored', async (_case, form, status, code) => {
    const { path } = await app.givenSession()
    expect(await app.post(`${path}/turns`, await form())).toMatchObject({ status, body: { code } })
    const assessed = await form()
    assessed.set('text', TEXT)
    expect(await app.post('/v1/assessments', assessed)).toMatchObject({ status, body: { code } })
    expect([await countTurns(), await countRecordings()]).toEqual([0, 0])
    await expectUnaffected(path)
  })

  test.each([
    ['a truncated webm', () => audioForm('truncated.webm'), 'audio.truncated'],
    ['silence', () => audioForm('silence.wav'), 'audio.no_speech'],
    ['200 ms', () => audioForm('200-ms.wav'), 'audio.too_short'],
    ['30 minutes', () => thirtyMinutes(), 'audio.too_long'],
  ])(
    '%s is refused with its reason; as a turn it is kept, failed, and the session goes on',
    async (_case, form, code) => {
      const { path, userId } = await app.givenSession()
      const answer = await app.post(`${path}/turns`, await form())
      expect(answer).toMatchObject({ status: 422, body: { code } })
      const turn = (await app.get(answer.headers.get('Location') ?? '')).body
      expect(turn).toMatchObject({ stage: 'failed', problem: { code }, reply: null, assessment: null })
      expect((await app.get(`/v1/users/${userId}/recordings/${turn.input.recordingId}`)).status).toBe(200)

      const assessed = await form()
      assessed.set('text', TEXT)
      expect(await app.post('/v1/assessments', assessed)).toMatchObject({ status: 422, body: { code } })
      await expectUnaffected(path)
    },
  )

  test("a playlist or script names another learner's file or an address, and neither is opened (faults.md D2)", async () => {
    let hits = 0
    const canary = createServer((_req, res) => {
      hits++
      res.end()
    })
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/a.ts`
    const { userId, path } = await app.givenSession()
    const victim = (await app.post(`${path}/turns`, await audioForm('iced-americano.webm'))).body
    const [file] = await readdir(join(app.dataDir, 'recordings', userId))
    const victimPath = join(app.dataDir, 'recordings', userId, file ?? '')
    const hls = (target: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${target}\n#EXT-X-ENDLIST\n`
    const scripts = [
      hls(`file://${victimPath}`),
      hls(url),
      `ffconcat version 1.0\nfile '${victimPath}'\n`,
      `concat:${victimPath}`,
    ]
    for (const script of scripts) {
      const form = audioOf(Buffer.from(script))
      form.set('text', victim.transcript.text)
      expect(await app.post('/v1/assessments', form)).toMatchObject({
        status: 415,
        body: { code: 'audio.unsupported_type' },
      })
    }
    canary.close()
    expect(hits).toBe(0)
  })
})

describe('a big or broken upload', () => {
  test('of 200 MB is refused before it is all received', async () => {
    const { path } = await app.givenSession()
    const { status, body, sentBytes } = await postEndlessly(`${path}/turns`, { declared: undefined })
    expect(status).toBe(413)
    expect(body).toMatchObject({ code: 'upload.too_large' })
    expect(sentBytes).toBeLessThan(200 * MB)
    expect([await countTurns(), await countRecordings()]).toEqual([0, 0])
    await expectUnaffected(path)
  })

  test('that declares 200 MB is refused at once', async () => {
    const { path } = await app.givenSession()
    const { status, body, sentBytes } = await postEndlessly(`${path}/turns`, { declared: 200 * MB })
    expect(status).toBe(413)
    expect(body).toMatchObject({ code: 'upload.too_large' })
    expect(sentBytes).toBeLessThan(30 * MB)
    await expectUnaffected(path)
  })

  test('that the client leaves stores nothing (faults.md A11)', async () => {
    const { path } = await app.givenSession()
    const req = request(`${app.url}${path}/turns`, {
      method: 'POST',
      headers: { ...MULTIPART, ...app.authorization() },
    })
    req.on('error', () => {})
    req.write(`--x\r\n${filePart('audio', 'a'.repeat(100_000))}`)
    await expect.poll(async () => (await readdir(join(app.dataDir, 'uploads'))).length).toBe(1)
    req.destroy()
    await expect.poll(async () => (await readdir(join(app.dataDir, 'uploads'))).length).toBe(0)
    expect(await countTurns()).toBe(0)
    await expectUnaffected(path)
  })

  test('that goes on too slowly is ended (faults.md A11)', async () => {
    const { path } = await app.givenSession()
    const answer = new Promise<number>((resolve, reject) => {
      const req = request(`${app.url}${path}/turns`, {
        method: 'POST',
        headers: { ...MULTIPART, ...app.authorization() },
      })
      req.on('response', (res) => resolve(res.statusCode ?? 0))
      req.on('error', reject)
      req.write(`--x\r\n${filePart('audio', 'a')}`)
    })
    expect(await answer).toBe(408)
    await expectUnaffected(path)
  })
})

describe('POST /assessments', () => {
  test('scores the recording against the text and stores nothing', async () => {
    const { status, body } = await app.post(
      '/v1/assessments',
      await audioForm('iced-americano.m4a', { text: TEXT }),
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ reference: TEXT, basis: 'measured', audio: { usable: true } })
    expect(body.scores.overall).toEqual(expect.any(Number))
    expect(await countRecordings()).toBe(0)
  })

  test.each([
    ['no speakable word', '… — !', 422, 'text.not_speakable'],
    ['no text', undefined, 400, 'request.invalid'],
    ['a text too long', 'word '.repeat(1_000), 400, 'request.invalid'],
  ])('refuses %s', async (_case, text, status, code) => {
    const form = await audioForm('iced-americano.wav', text === undefined ? {} : { text })
    expect(await app.post('/v1/assessments', form)).toMatchObject({ status, body: { code } })
  })

  test('decides by the bytes, not by the name or the declared type (faults.md D10, D11)', async () => {
    const form = new FormData()
    const webm = await readFile(join(import.meta.dirname, '../../fixtures/audio/iced-americano.webm'))
    form.set('text', TEXT)
    form.set('audio', new Blob([webm], { type: 'audio/wav' }), '-i "; rm -rf ../../x.wav')
    expect((await app.post('/v1/assessments', form)).status).toBe(200)
  })
})

function audioOf(bytes: Buffer): FormData {
  const form = new FormData()
  form.set('audio', new Blob([new Uint8Array(bytes)]), 'a.webm')
  return form
}

let thirtyMinutesPath: string | undefined
async function thirtyMinutes(): Promise<FormData> {
  if (!thirtyMinutesPath) {
    thirtyMinutesPath = join(scratch, 'long.flac')
    const tone = 'sine=frequency=300:sample_rate=16000:duration=1800'
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      tone,
      '-compression_level',
      '0',
      thirtyMinutesPath,
    ])
    await writeFile(join(scratch, 'made'), '')
  }
  return audioForm(thirtyMinutesPath)
}

/** Sends file bytes until the server answers or 200 MB are gone. */
function postEndlessly(
  path: string,
  { declared }: { declared: number | undefined },
): Promise<{ status: number; body: unknown; sentBytes: number }> {
  return new Promise((resolve, reject) => {
    let sentBytes = 0
    let isAnswered = false
    const headers = {
      ...MULTIPART,
      ...app.authorization(),
      ...(declared ? { 'Content-Length': String(declared) } : {}),
    }
    const req = request(`${app.url}${path}`, { method: 'POST', headers })
    req.on('error', (error) => {
      if (!isAnswered) reject(error)
    })
    req.on('response', (res) => {
      isAnswered = true
      let text = ''
      res.on('data', (chunk) => {
        text += chunk
      })
      res.on('end', () => {
        req.destroy()
        resolve({ status: res.statusCode ?? 0, body: JSON.parse(text), sentBytes })
      })
    })
    const chunk = Buffer.alloc(MB, 'a')
    const pump = () => {
      if (isAnswered || req.destroyed || sentBytes >= 200 * MB) return
      sentBytes += chunk.length
      req.write(chunk, () => setImmediate(pump))
    }
    req.write(`--x\r\n${filePart('audio', '')}`, pump)
  })
}
