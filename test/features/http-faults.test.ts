import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from '#platform/http/listen.ts'
import { runMalgil, startServe } from '../support/malgil-process.ts'
import { openRaw, sendRaw, statusesOf } from '../support/raw-http.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { givenDataDir, isOnServer } from '../support/test-database.ts'

let app: TestApp
let session: { userId: string; path: string }
beforeAll(async () => {
  app = await startTestApp({ env: { MALGIL_UPLOAD_TIMEOUT_SECONDS: '0.5' } })
  session = await app.givenSession()
})
afterAll(() => app.close())

const USER = '/v1/users/by-external-id/x'
const json = { 'Content-Type': 'application/json' }
const put = (body: string | Uint8Array, headers: Record<string, string> = json) =>
  app.put(USER, body, { headers })

/** What a person said, as the API gives it back. */
async function sayInNewConversation(text: string): Promise<{ status: number; content: string | undefined }> {
  const path = `/v1/users/${session.userId}/conversations`
  const { headers } = await app.post(path, { personaId: 'daegu-friend' })
  const { status, body } = await app.post(`${headers.get('Location')}/messages`, { text })
  return { status, content: body.message?.content }
}

describe('a body', () => {
  test('that is absent counts as {}, and is refused where something is needed (faults.md A1)', async () => {
    expect((await app.send('PUT', USER, undefined)).status).toBeLessThan(300)
    expect(await app.post(`${session.path}/turns`)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ path: 'text' }] },
    })
  })

  test('without a type, or of a form, is not supported (faults.md A2)', async () => {
    for (const headers of [{}, { 'Content-Type': 'application/x-www-form-urlencoded' }]) {
      expect(await put(Buffer.from('{}'), headers)).toMatchObject({
        status: 415,
        body: { code: 'request.not_json' },
      })
    }
  })

  test.each([
    ['100,000 keys', `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`).join(',')}}`, 413],
    ['an array of a million', `[${'1,'.repeat(1_000_000)}1]`, 413],
    ['brackets, 40,000 deep', '['.repeat(40_000), 400],
    ['a string of quotes that never ends', `"${'\\"'.repeat(120_000)}`, 400],
  ])('of %s is refused at once with a short answer (faults.md A4)', async (_, body, status) => {
    const answer = await put(body)

    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body).length).toBeLessThan(4_000)
    expect((await put('{}')).status).toBeLessThan(300)
  })

  test.each([
    ['a key twice', '{"displayName":"One","displayName":"Two"}', 'request.bad_json'],
    ['a key twice, once in escapes', '{"displayName":"One","display\\u004eame":"Two"}', 'request.bad_json'],
    ['__proto__', '{"displayName":"One","__proto__":{"role":"admin"}}', 'request.invalid'],
    ['constructor', '{"displayName":"One","constructor":{"prototype":{}}}', 'request.invalid'],
    ['a score', '{"displayName":"One","score":100}', 'request.invalid'],
    ['the app', '{"displayName":"One","appId":"00000000-0000-7000-8000-000000000000"}', 'request.invalid'],
    ['a role', '{"displayName":"One","userType":"admin"}', 'request.invalid'],
  ])('that gives %s has no effect at all (faults.md A6)', async (_, body, code) => {
    const path = `/v1/users/by-external-id/strict-${code}`
    await app.put(path, { displayName: 'Before' })

    expect(await app.put(path, body, { headers: json })).toMatchObject({ status: 400, body: { code } })
    const names = app.database.db.selectFrom('users').select('display_name').where('display_name', '=', 'One')
    expect(await names.execute()).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'role')).toBe(false)
  })

  test('one key in two objects is no key twice (faults.md A6)', async () => {
    const answer = await put('{"displayName":"a","a":{"displayName":1},"b":[{"c":1},{"c":"\\"c\\":"}]}')

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
  })

  test.each(['NaN', 'Infinity', '1e400', '-0', '2.5', '9007199254740993', '-3', '"3"', 'true'])(
    'with the number %s where a small count is wanted is refused (faults.md A7)',
    async (number) => {
      const answer = await app.post(`${session.path}/complete`, `{"difficultyRating":${number}}`, {
        headers: json,
      })

      expect(answer).toMatchObject({ status: 400 })
      expect((await app.get(session.path)).body).toMatchObject({
        status: 'in_progress',
        difficultyRating: null,
      })
    },
  )

  // The process is one of its own, on the embedded database.
  test.skipIf(isOnServer)(
    'unpacked is never larger in memory than its limit (faults.md A3)',
    { timeout: 120_000 },
    async () => {
      const dataDir = await givenDataDir()
      try {
        const { stdout } = await runMalgil(['apps', 'create', 'bomber'], { MALGIL_DATA_DIR: dataDir })
        await using served = await startServe({ MALGIL_DATA_DIR: dataDir })
        const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '))
        const send = () =>
          fetch(`${served.url}${USER}`, {
            method: 'PUT',
            body: bomb,
            headers: { ...json, 'Content-Encoding': 'gzip', Authorization: `Bearer ${stdout.trim()}` },
          })
        const peakMb = async () =>
          Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${served.pid}/status`, 'utf8'))?.[1]) / 1024
        expect((await send()).status).toBe(413)
        await writeFile(`/proc/${served.pid}/clear_refs`, '5')
        const before = await peakMb()

        for (let bombs = 0; bombs < 5; bombs += 1) await send()

        expect((await peakMb()) - before).toBeLessThan(40)
      } finally {
        await rm(dataDir, { recursive: true, force: true })
      }
    },
  )
})

describe('words', () => {
  test.each([
    ['a NUL', '\0'],
    ['half of a character', '\ud83d'],
    ['nothing to see', '\u200b\u200d\ufeff'],
    ['blanks', ' \u3000\u00a0\t'],
  ])('with %s are refused (faults.md A5)', async (_, text) => {
    expect(await sayInNewConversation(text)).toMatchObject({ status: 400 })
  })

  test.each([
    ['an order mark of bytes', '\ufeffHello'],
    ['a turn of direction', 'Hello \u202eolleH'],
    ['a family', '👨‍👩‍👧‍👦 and 👋🏽'],
    ['Hangul as syllables', '한국어'.normalize('NFC')],
    ['Hangul as letters', '한국어'.normalize('NFD')],
  ])('with %s are kept as they are (faults.md A5, A8)', async (_, text) => {
    expect(await sayInNewConversation(text)).toEqual({ status: 201, content: text })
  })

  test.each([
    ['letters', 'a'],
    ['characters outside of the first plane', '👋'],
  ])('may be 4,000 %s long, and not one more (faults.md A8)', async (_, character) => {
    expect(await sayInNewConversation(character.repeat(4_000))).toMatchObject({ status: 201 })
    expect(await sayInNewConversation(character.repeat(4_001))).toMatchObject({ status: 400 })
  })

  test('in a body that begins with an order mark of bytes are read (faults.md A5)', async () => {
    const answer = await put(Buffer.from('\ufeff{"displayName":"Marked"}'))

    expect(answer.status).toBeLessThan(300)
    expect(answer.body.displayName).toBe('Marked')
  })
})

describe('an address', () => {
  test.each([
    '/v1/users/%00/conversations',
    '/v1/users/../../etc/passwd',
    '/v1/users/..%2f..%2fetc%2fpasswd/conversations',
    '/v1/users/%ff%fe/conversations',
    "/v1/users/1';drop%20table%20users;--/conversations",
    '/v1/usage?from=2026-01-01%00&to=%27',
    '/v1/usage?groupBy=day;select%201',
    '/v1/usage?groupBy=day&groupBy=user',
    '/v1/personas?limit=1e400',
    '/v1/personas?limit=-1',
    '/v1/personas?limit=NaN',
    '/v1/personas?cursor=%ff',
    '/v1/personas?cursor=AAAA',
    '/docs/assets/..%2f..%2fpackage.json',
  ])('%s is no fault of ours (faults.md A7, A9)', async (path) => {
    const answer = await app.get(path)

    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|select |\/tmp\//)
  })

  test('with a slash too many is another one, and a method it does not know is said to be (faults.md A12)', async () => {
    expect(await app.get('/v1/personas/')).toMatchObject({ status: 404, body: { code: 'request.not_found' } })
    const answer = await app.send('PUT', '/v1/usage', undefined)
    expect(answer).toMatchObject({ status: 405, body: { code: 'request.method_not_allowed' } })
    expect(answer.headers.get('Allow')).toBe('GET')
  })
})

describe('bytes that are not quite HTTP (faults.md A10)', () => {
  const head = 'Host: x\r\n'

  test.each([
    [
      'a length and chunks at once',
      `PUT ${USER} HTTP/1.1\r\n${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
    ],
    ['two lengths', `PUT ${USER} HTTP/1.1\r\n${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ['a length that is none', `PUT ${USER} HTTP/1.1\r\n${head}Content-Length: two\r\n\r\n{}`, 400],
    ['headers of 20 kB', `GET /healthz HTTP/1.1\r\n${head}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no HTTP at all', 'HELLO\r\n\r\n', 400],
  ])('%s are refused with a problem', async (_, request, status) => {
    const answer = await sendRaw(app.url, request)

    expect(statusesOf(answer)).toEqual([status])
    const [headers = '', body = ''] = answer.split('\r\n\r\n')
    expect(headers).toContain('application/problem+json')
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.stringMatching(/^request\./) })
  })

  test('what comes in the middle of an answer ends it, and is not written into it', async () => {
    const server = await listen((_req, res) => void res.writeHead(200).write('data: 1\n\n'), {
      host: '127.0.0.1',
      port: 0,
    })
    try {
      const socket = await openRaw(server.url)
      socket.write(`GET / HTTP/1.1\r\n${head}\r\n`)
      const [begun] = await once(socket, 'data')
      socket.write('HELLO\r\n\r\n')

      expect(String(begun)).toContain('data: 1')
      expect(await text(socket).catch(() => '')).not.toContain('HTTP')
    } finally {
      await server.close(0)
    }
  })

  test('HTTP/1.0 is answered and closed', async () => {
    expect(statusesOf(await sendRaw(app.url, 'GET /healthz HTTP/1.0\r\n\r\n'))).toEqual([200])
  })

  test('requests in one go are answered in their order', async () => {
    const get = (path: string, rest = '') => `GET ${path} HTTP/1.1\r\n${head}${rest}\r\n`
    const answers = await sendRaw(
      app.url,
      get('/healthz') + get('/nothing') + get('/v1/personas') + get('/healthz', 'Connection: close\r\n'),
    )

    expect(statusesOf(answers)).toEqual([200, 404, 401, 200])
  })

  test('a body shorter than it said keeps nobody waiting', async () => {
    const answer = await sendRaw(
      app.url,
      `PUT ${USER} HTTP/1.1\r\n${head}Authorization: ${app.authorization().Authorization}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{}',
    )

    expect(statusesOf(answer)).toEqual([408])
  })
})

describe('a slow client', () => {
  test('that never ends its headers is cut off (faults.md A11)', async () => {
    const server = await listen((_req, res) => void res.end('here'), {
      host: '127.0.0.1',
      port: 0,
      headersTimeoutMs: 100,
    })
    try {
      const answer = await sendRaw(server.url, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')

      expect(statusesOf(answer)).toEqual([408])
      expect(answer).toContain('request.too_slow')
    } finally {
      await server.close(0)
    }
  })

  test('that sends its body a byte at a time is told so and cut off, and nothing is stored (faults.md A11)', async () => {
    const socket = await openRaw(app.url)
    const body = JSON.stringify({ text: 'Hello, is anybody there?' })
    socket.write(
      `POST ${session.path}/turns HTTP/1.1\r\nHost: x\r\nAuthorization: ${app.authorization().Authorization}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    const bytes = [...body]
    const drip = setInterval(() => socket.write(bytes.shift() ?? ''), 200)
    const [answer] = await once(socket, 'data')
    await once(socket, 'close')
    clearInterval(drip)

    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 .*request\.too_slow/s)
    expect((await app.get(session.path)).body.turns).toEqual([])
  })
})

test('two thousand idle connections keep nobody out (faults.md A13)', async () => {
  const sockets: Socket[] = []
  try {
    for (let batch = 0; batch < 20; batch += 1) {
      sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => openRaw(app.url)))))
    }

    expect((await app.get('/healthz', { key: null })).status).toBe(200)
    expect((await app.get('/v1/personas')).status).toBe(200)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
})
