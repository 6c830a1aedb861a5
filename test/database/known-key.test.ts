import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { revokeKey } from '#features/identity/index.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
beforeEach(() => app.reset())
afterAll(() => app.close())

type App = Awaited<ReturnType<TestApp['newApp']>>

/** A conversation of a new learner, in which the app has said something: from now on its key is known. */
async function givenTalk(client: App) {
  const userId = await client.givenUser()
  const { body } = await client.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
  const path = `/v1/users/${userId}/conversations/${body.conversationId}/messages`
  expect(
    (await client.post(path, { text: 'Hello!' }, { headers: { 'Idempotency-Key': 'first' } })).status,
  ).toBe(201)
  return { userId, path }
}

const db = () => app.database.db

async function stored() {
  const messages = await db().selectFrom('messages').select('id').execute()
  const calls = await db().selectFrom('llm_calls').select('llm_call_id').execute()
  const conversations = await db().selectFrom('conversations').select('message_count').execute()
  return { messages: messages.length, calls: calls.length, conversations }
}

const ENDS: Record<
  string,
  [end: (client: App, userId: string) => Promise<unknown>, status: number, code: string]
> = {
  'is revoked': [({ prefix }) => revokeKey({ db: db() }, { prefix }), 401, 'auth.key_revoked'],
  'is of an app that is shut': [
    ({ appId }) => db().updateTable('apps').set({ is_active: false }).where('app_id', '=', appId).execute(),
    401,
    'auth.key_revoked',
  ],
  'is gone': [
    ({ prefix }) => db().deleteFrom('api_keys').where('prefix', '=', prefix).execute(),
    401,
    'auth.key_unknown',
  ],
  'speaks for a learner who was suspended': [
    (_, userId) =>
      db().updateTable('users').set({ account_status: 'suspended' }).where('user_id', '=', userId).execute(),
    404,
    'user.not_found',
  ],
}

describe('a key that was used a moment ago and', () => {
  test.for(Object.entries(ENDS))('%s is refused, and nothing is stored', async ([_, [end, status, code]]) => {
    const client = await app.newApp()
    const { userId, path } = await givenTalk(client)
    const before = await stored()
    await end(client, userId)
    expect(await client.post(path, { text: 'And hello again.' })).toMatchObject({ status, body: { code } })
    expect(await stored()).toEqual(before)
  })

  test.for([
    ['what cannot be read', '{', {}],
    ['what is not asked for', '{"words":"Hello!"}', {}],
    ['what it has said before', '{"text":"Hello!"}', { 'Idempotency-Key': 'first' }],
  ] as const)('is revoked is refused before it is told of %s', async ([_, body, headers]) => {
    const client = await app.newApp()
    const { path } = await givenTalk(client)
    await revokeKey({ db: db() }, { prefix: client.prefix })
    const answer = await client.post(path, body, {
      headers: { 'Content-Type': 'application/json', ...headers },
    })
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.key_revoked' } })
  })

  test('another secret behind its prefix is not taken for it', async () => {
    const client = await app.newApp()
    const { path } = await givenTalk(client)
    const key = `${client.key.slice(0, 20)}${'a'.repeat(43)}`
    expect(await client.post(path, { text: 'Hello!' }, { key })).toMatchObject({
      status: 401,
      body: { code: 'auth.key_unknown' },
    })
  })

  test('learners of other apps are as if there were none', async () => {
    const client = await app.newApp()
    await givenTalk(client)
    const theirs = await givenTalk(await app.newApp())
    const before = await stored()
    expect(await client.post(theirs.path, { text: 'Hello!' })).toMatchObject({
      status: 404,
      body: { code: 'user.not_found' },
    })
    expect(await stored()).toEqual(before)
  })

  test('a conversation that is none is told of as such', async () => {
    const client = await app.newApp()
    const { userId } = await givenTalk(client)
    const path = `/v1/users/${userId}/conversations/${crypto.randomUUID()}/messages`
    expect(await client.post(path, { text: 'Hello!' })).toMatchObject({
      status: 404,
      body: { code: 'conversation.not_found' },
    })
  })

  test('stands is not looked up before a typed message is stored', async () => {
    const client = await app.newApp()
    const { path } = await givenTalk(client)
    const lookUp = vi.spyOn(app.service.mount.authenticator, 'authenticate')
    expect((await client.post(path, { text: 'How are you?' })).status).toBe(201)
    expect(lookUp).not.toHaveBeenCalled()
    expect((await client.get('/v1/personas')).status).toBe(200)
    expect(lookUp).toHaveBeenCalledOnce()
    lookUp.mockRestore()
  })
})
