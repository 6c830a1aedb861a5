import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const DEFAULTS = {
  preferredPersona: null,
  preferredVoice: null,
  voiceEnabled: false,
  language: 'en',
  explanationLanguage: null,
  theme: 'light',
  avatarCustomization: {},
  rememberFacts: true,
  languages: [],
}

describe("a learner's preferences", () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp()
  })
  beforeEach(() => app.reset())
  afterAll(() => app.close())

  const given = async () => `/v1/users/${await app.givenUser()}/preferences`

  test('are the defaults until something is said, and PATCH changes only what it names', async () => {
    const path = await given()
    expect(await app.get(path)).toMatchObject({ status: 200, body: DEFAULTS })
    const korean = { code: 'ko', use: 'native', level: null, isPrimary: true }
    const learnt = { code: 'en', use: 'learning', level: 'B1', isPrimary: false }
    const changes = { preferredPersona: 'story-partner', explanationLanguage: 'ko', preferredVoice: 'warm-1' }
    expect((await app.send('PATCH', path, { ...changes, languages: [learnt, korean] })).body).toEqual({
      ...DEFAULTS,
      ...changes,
      languages: [learnt, korean],
    })
    const avatar = { hair: { colour: 'black' } }
    await app.send('PATCH', path, { voiceEnabled: true, avatarCustomization: avatar, preferredVoice: null })
    expect((await app.get(path)).body).toEqual({
      ...DEFAULTS,
      ...changes,
      preferredVoice: null,
      voiceEnabled: true,
      avatarCustomization: avatar,
      languages: [learnt, korean],
    })
  })

  test('go back to their defaults where PUT leaves them out', async () => {
    const path = await given()
    await app.send('PATCH', path, { theme: 'dark', languages: [{ code: 'ko', use: 'native' }] })
    expect((await app.put(path, { rememberFacts: false })).body).toEqual({
      ...DEFAULTS,
      rememberFacts: false,
    })
  })

  test('keep both of two changes at once', async () => {
    const path = await given()
    await Promise.all([
      app.send('PATCH', path, { theme: 'dark' }),
      app.send('PATCH', path, { voiceEnabled: true }),
      app.send('PATCH', path, { language: 'ko' }),
    ])
    expect((await app.get(path)).body).toMatchObject({ theme: 'dark', voiceEnabled: true, language: 'ko' })
  })

  test.each([
    ['a persona that is not there', { preferredPersona: 'nobody' }, 404, 'preferredPersona'],
    ['a language that is none', { language: 'english please' }, 400, 'language'],
    ['a key that nobody knows', { favouriteColour: 'blue' }, 400, ''],
    [
      'two primary languages of one use',
      { languages: ['ko', 'en'].map((code) => ({ code, use: 'native', isPrimary: true })) },
      400,
      'languages',
    ],
    [
      'a language twice',
      {
        languages: [
          { code: 'ko', use: 'native' },
          { code: 'ko', use: 'native' },
        ],
      },
      400,
      'languages',
    ],
    [
      'a level that is none',
      { languages: [{ code: 'en', use: 'learning', level: 'B3' }] },
      400,
      'languages.0.level',
    ],
    ['a NUL deep inside', { avatarCustomization: { a: 'b\u0000' } }, 400, 'avatarCustomization'],
    ['a huge avatar', { avatarCustomization: { a: 'b'.repeat(10_001) } }, 400, 'avatarCustomization'],
  ])('refuse %s, naming the field, and stay as they are', async (_case, changes, status, field) => {
    const path = await given()
    const answer = await app.send('PATCH', path, changes)
    expect(answer.status).toBe(status)
    expect(answer.body.errors[0].path).toBe(field)
    expect((await app.get(path)).body).toEqual(DEFAULTS)
  })

  test('are out of reach of another app', async () => {
    const path = await given()
    const other = await app.newApp()
    for (const answer of [
      await other.get(path),
      await other.put(path, {}),
      await other.send('PATCH', path, {}),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'user.not_found' } })
  })

  test('choose whom a conversation is with that names nobody', async () => {
    const userId = await app.givenUser()
    const begin = (body: object) => app.post(`/v1/users/${userId}/conversations`, body)
    expect(await begin({})).toMatchObject({
      status: 400,
      body: { code: 'persona.not_chosen', errors: [{ path: 'personaId' }] },
    })
    await app.send('PATCH', `/v1/users/${userId}/preferences`, { preferredPersona: 'story-partner' })
    expect(await begin({})).toMatchObject({ status: 201, body: { personaId: 'story-partner' } })
    expect(await begin({ personaId: 'daegu-friend' })).toMatchObject({
      status: 201,
      body: { personaId: 'daegu-friend' },
    })
  })
})
