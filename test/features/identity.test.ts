import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { revokeKey } from '#features/identity/index.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
beforeEach(() => app.reset())
afterAll(() => app.close())

describe('an API key', () => {
  const refused = (code: string) => ({
    type: `urn:malgil:problem:${code}`,
    status: 401,
    code,
    requestId: expect.any(String),
  })

  test.each([
    ['no header', null],
    ['another scheme', 'Basic abc'],
  ])('is asked for when there is %s', async (_case, authorization) => {
    const headers: Record<string, string> = authorization ? { Authorization: authorization } : {}
    const { status, headers: answered, body } = await app.get('/v1/personas', { key: null, headers })
    expect(status).toBe(401)
    expect(answered.get('WWW-Authenticate')).toBe('Bearer')
    expect(answered.get('Content-Type')).toContain('application/problem+json')
    expect(body).toMatchObject(refused('auth.key_missing'))
  })

  test.each([
    ['nonsense', () => 'nonsense'],
    ['an unknown prefix', () => `malgil_${'0'.repeat(12)}_${'a'.repeat(43)}`],
    ['the right prefix with another secret', (key: string) => `${key.slice(0, 20)}${'a'.repeat(43)}`],
  ])('is refused as unknown when it is %s', async (_case, forge) => {
    const { key } = await app.newApp()
    const { status, body } = await app.get('/v1/personas', { key: forge(key) })
    expect(status).toBe(401)
    expect(body).toMatchObject(refused('auth.key_unknown'))
  })

  test('is refused once it is revoked, and another key of another app still works', async () => {
    const other = await app.newApp()
    expect((await other.get('/v1/personas')).status).toBe(200)
    await revokeKey({ db: app.database.db }, { prefix: other.prefix })
    expect((await other.get('/v1/personas')).body).toMatchObject(refused('auth.key_revoked'))
    expect((await app.get('/v1/personas')).status).toBe(200)
  })

  test('is stored only as a hash and never logged', async () => {
    const { key } = await app.newApp()
    await app.get('/v1/personas', { key })
    const rows = JSON.stringify(await app.database.db.selectFrom('api_keys').selectAll().execute())
    expect(rows).not.toContain(key.slice(20))
    expect(app.logged()).toContain('"route":"/personas"')
    expect(app.logged()).not.toContain(key.slice(20))
  })
})

describe('PUT /users/by-external-id/:externalId', () => {
  test('creates a learner with a UUID v7, then changes only what is given', async () => {
    const created = await app.put('/v1/users/by-external-id/anna%40example', {
      displayName: 'Anna',
      city: 'Daegu',
    })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      externalId: 'anna@example',
      displayName: 'Anna',
      languageLevel: 'beginner',
    })
    expect(created.body.userId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)

    const changed = await app.put('/v1/users/by-external-id/anna%40example', {
      languageLevel: 'advanced',
      city: null,
    })
    expect(changed.status).toBe(200)
    expect(changed.body).toMatchObject({
      userId: created.body.userId,
      displayName: 'Anna',
      city: null,
      languageLevel: 'advanced',
    })
  })

  test('makes one learner of twenty calls at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.put('/v1/users/by-external-id/same', { displayName: 'Same' })),
    )
    expect(new Set(answers.map(({ body }) => body.userId)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await app.database.db.selectFrom('users').select('user_id').execute()).toHaveLength(1)
  })

  test('gives two apps two learners for one external id', async () => {
    const other = await app.newApp()
    const mine = await app.put('/v1/users/by-external-id/same', {})
    const theirs = await other.put('/v1/users/by-external-id/same', {})
    expect(theirs.body.userId).not.toBe(mine.body.userId)
  })

  test.each([
    ['an unknown field', { score: 100 }, ''],
    ['a wrong level', { languageLevel: 'expert' }, 'languageLevel'],
    ['an empty name', { displayName: ' \u200b' }, 'displayName'],
    ['a NUL', { displayName: 'a\u0000b' }, 'displayName'],
    ['a lone surrogate', { displayName: '\ud800' }, 'displayName'],
    ['a long name', { displayName: 'x'.repeat(101) }, 'displayName'],
    ['a prototype', JSON.parse('{"__proto__": {"userType": "admin"}}'), ''],
  ])('refuses %s, naming the field, and stores nothing', async (_case, body, path) => {
    const answer = await app.put('/v1/users/by-external-id/x', body)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'request.invalid', errors: [{ path }] })
    expect(await app.database.db.selectFrom('users').select('user_id').execute()).toEqual([])
  })

  test('counts characters, not bytes or halves of them (faults.md A8)', async () => {
    const name = '👩‍👩‍👧 김'.repeat(10)
    const { body } = await app.put('/v1/users/by-external-id/emoji', { displayName: name })
    expect(body.displayName).toBe(name)
  })
})
