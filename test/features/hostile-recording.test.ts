import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { mp4Bomb } from '../support/mp4-bombs.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
let decodeCount = 0
beforeAll(async () => {
  app = await startTestApp({
    speech: (engine) => ({
      ...engine,
      decode: (path, options) => {
        decodeCount += 1
        return engine.decode(path, options)
      },
    }),
  })
})
beforeEach(async () => {
  decodeCount = 0
  await app.reset()
})
afterAll(() => app.close())

const BOMBS = (['stsz', 'trun'] as const).map((kind) => mp4Bomb({ kind, tracks: 12, samples: 80_000_000 }))

const REFUSED = { status: 422, code: 'audio.unreadable', retryable: false }

function formOf(bytes: Buffer, fields: Record<string, string> = {}): FormData {
  const form = new FormData()
  form.set('audio', new Blob([new Uint8Array(bytes)]), 'recording.m4a')
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

test('a turn with a memory bomb fails for good at its first attempt (faults.md D6)', async () => {
  for (const bomb of BOMBS) {
    const { path } = await app.givenSession()

    const { status, body } = await app.post(`${path}/turns`, formOf(bomb))

    expect({ status, code: body.code, retryable: body.retryable }).toEqual(REFUSED)
  }
  const rows = await app.database.db.selectFrom('situation_turns').select(['stage', 'attempts']).execute()
  expect(rows).toEqual(BOMBS.map(() => ({ stage: 'failed', attempts: 1 })))
  expect(decodeCount).toBe(BOMBS.length)
})

test('a message with a memory bomb fails for good at its first attempt (faults.md D6)', async () => {
  const userId = await app.givenUser()
  const conversations = `/v1/users/${userId}/conversations`
  for (const bomb of BOMBS) {
    const { body: conversation } = await app.post(conversations, { personaId: 'daegu-friend' })
    const messages = `${conversations}/${conversation.conversationId}/messages`

    const { status, body } = await app.post(messages, formOf(bomb, { transcript: 'Hello there' }))

    expect({ status, code: body.code, retryable: body.retryable }).toEqual(REFUSED)
  }
  expect(decodeCount).toBe(BOMBS.length)
})

test('an assessment of a memory bomb is refused and leaves no file (faults.md D6)', async () => {
  for (const bomb of BOMBS) {
    const { status, body } = await app.post('/v1/assessments', formOf(bomb, { text: 'Hello there' }))

    expect({ status, code: body.code, retryable: body.retryable }).toEqual(REFUSED)
  }
  expect(await readdir(join(app.dataDir, 'uploads'))).toEqual([])
})
