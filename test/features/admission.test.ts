import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { speechOverloaded } from '#engines/speech/errors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

let app: TestApp
let isOverloaded = false
beforeAll(async () => {
  app = await startTestApp({
    env: { MALGIL_MAX_REPLIES: '2', MALGIL_UPLOAD_MIN_RATE: '100' },
    speech: (engine) => ({
      ...engine,
      admit: () => {
        if (isOverloaded) throw speechOverloaded(7)
        return engine.admit()
      },
    }),
  })
})
beforeEach(async () => {
  isOverloaded = false
  await app.reset()
})
afterAll(() => app.close())

/** A body that begins and never goes on. `answered`: the status and the code of the problem. */
function trickle(path: string): Promise<[number, string]> {
  const url = new URL(path, app.url)
  const headers = { ...app.authorization(), 'Content-Type': 'multipart/form-data; boundary=x' }
  const call = request(url, { method: 'POST', headers })
  return new Promise((resolve, reject) => {
    call.on('error', reject)
    call.on('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve([answer.statusCode ?? 0, JSON.parse(text).code]))
    })
    call.write(
      '--x\r\nContent-Disposition: form-data; name="audio"; filename="a.webm"\r\n' +
        'Content-Type: audio/webm\r\n\r\nabc',
    )
  })
}

const uploadsOnTheirWay = () => readdir(join(app.dataDir, 'uploads')).catch(() => [])

test('uploads that trickle take no place from others, and are ended (faults.md H7)', async () => {
  const sessions = await Promise.all(Array.from({ length: 4 }, () => app.givenSession()))
  const trickling = sessions.map(({ path }) => trickle(`${path}/turns`))
  await expect.poll(async () => (await uploadsOnTheirWay()).length, { timeout: 5_000 }).toBe(4)
  const { path } = await app.givenSession()

  expect(await app.post(`${path}/turns`, { text: 'An iced americano, please.' })).toMatchObject({
    status: 201,
  })

  expect(await Promise.all(trickling)).toEqual(Array(4).fill([408, 'upload.too_slow']))
  expect(await uploadsOnTheirWay()).toEqual([])
})

test('sound that would wait too long is refused before it is accepted (faults.md H10)', async () => {
  const { path } = await app.givenSession()
  isOverloaded = true
  const assessment = await audioForm('iced-americano.webm', { text: 'Can I get an iced americano, please?' })

  for (const refused of [
    await app.post(`${path}/turns`, await audioForm('iced-americano.webm')),
    await app.post('/v1/assessments', assessment),
  ]) {
    expect(refused).toMatchObject({ status: 503, body: { code: 'speech.overloaded', retryable: true } })
    expect(refused.headers.get('Retry-After')).toBe('7')
  }
  expect(await app.database.db.selectFrom('situation_turns').select('turn_id').execute()).toEqual([])
  expect(await uploadsOnTheirWay()).toEqual([])
  // What is typed needs no ear.
  expect(await app.post(`${path}/turns`, { text: 'Hello!' })).toMatchObject({ status: 201 })
})
