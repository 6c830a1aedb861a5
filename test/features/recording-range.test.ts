import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm, FIXTURE_AUDIO } from '../support/test-client.ts'

let app: TestApp
let path: string
let sound: Buffer
beforeAll(async () => {
  app = await startTestApp()
  sound = await readFile(join(FIXTURE_AUDIO, 'iced-americano.webm'))
  const { path: session, userId } = await app.givenSession()
  const { body } = await app.post(`${session}/turns`, await audioForm('iced-americano.webm'))
  path = `/v1/users/${userId}/recordings/${body.input.recordingId}`
})
afterAll(() => app.close())

const ask = async (headers: Record<string, string> = {}, method = 'GET') => {
  const response = await app.raw(method, path, undefined, headers)
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

describe('a recording (faults.md G12)', () => {
  test('is sent whole, and says that parts can be had', async () => {
    const { response, bytes } = await ask()

    expect(response.status).toBe(200)
    expect(response.headers.get('Accept-Ranges')).toBe('bytes')
    expect(response.headers.get('Content-Type')).toBe('audio/webm')
    expect(response.headers.get('Cache-Control')).toBe('private, no-store')
    expect(bytes.equals(sound)).toBe(true)
  })

  test.each([
    ['bytes=0-1', 0, 2],
    ['bytes=100-', 100, undefined],
    ['bytes=-50', -50, undefined],
  ])('is sent in part for %s', async (range, start, end) => {
    const { response, bytes } = await ask({ Range: range })

    const part = sound.subarray(start, end)
    expect(response.status).toBe(206)
    expect(bytes.equals(part)).toBe(true)
    const first = start < 0 ? sound.length + start : start
    expect(response.headers.get('Content-Range')).toBe(
      `bytes ${first}-${first + part.length - 1}/${sound.length}`,
    )
  })

  test('that is shorter than the part is refused with its length', async () => {
    const { response, bytes } = await ask({ Range: `bytes=${sound.length}-` })

    expect(response.status).toBe(416)
    expect(response.headers.get('Content-Range')).toBe(`bytes */${sound.length}`)
    expect(JSON.parse(bytes.toString())).toMatchObject({ code: 'request.range_not_satisfiable' })
  })

  test('that is another one by now is sent whole', async () => {
    const etag = (await ask()).response.headers.get('ETag') ?? ''

    expect((await ask({ Range: 'bytes=0-1', 'If-Range': etag })).response.status).toBe(206)
    expect((await ask({ Range: 'bytes=0-1', 'If-Range': '"other"' })).response.status).toBe(200)
  })

  test('tells its length to HEAD', async () => {
    const { response, bytes } = await ask({}, 'HEAD')

    expect(response.headers.get('Content-Length')).toBe(String(sound.length))
    expect(bytes).toHaveLength(0)
  })
})
