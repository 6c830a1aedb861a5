import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
beforeEach(() => app.reset())
afterAll(() => app.close())

/** Where to send it, a request, and another one that the call would take as well; none where all requests are alike. */
type Story = {
  path: string
  request: () => unknown
  other?: () => unknown
}

const SESSION = '/users/{userId}/practice-sessions/{sessionId}'
const givenConversation = async (): Promise<string> => {
  const userId = await app.givenUser()
  const { headers } = await app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
  return headers.get('Location') ?? ''
}
const assessment = (text: string) => audioForm('iced-americano.m4a', { text })

/** One story for each POST; a POST without one fails the test below. */
const STORIES: Record<string, () => Promise<Story>> = {
  '/assessments': async () => ({
    path: '/v1/assessments',
    request: () => assessment('Can I get an iced americano, please?'),
    other: () => assessment('Can I get a hot americano, please?'),
  }),
  '/users/{userId}/conversations': async () => ({
    path: `/v1/users/${await app.givenUser()}/conversations`,
    request: () => ({ personaId: 'daegu-friend' }),
    other: () => ({ personaId: 'formal-professional' }),
  }),
  '/users/{userId}/conversations/{conversationId}/messages': async () => ({
    path: `${await givenConversation()}/messages`,
    request: () => ({ text: 'Hello there.' }),
    other: () => ({ text: 'Good evening.' }),
  }),
  '/users/{userId}/practice-sessions': async () => {
    const [iced, hot] = await listVariations()
    return {
      path: `/v1/users/${await app.givenUser()}/practice-sessions`,
      request: () => ({ variationId: iced }),
      other: () => ({ variationId: hot }),
    }
  },
  [`${SESSION}/turns`]: async () => ({
    path: `${(await app.givenSession()).path}/turns`,
    request: () => ({ text: 'An iced americano, please.' }),
    other: () => ({ text: 'A tea, please.' }),
  }),
  [`${SESSION}/hints`]: async () => ({
    path: `${(await app.givenSession()).path}/hints`,
    request: () => ({}),
  }),
  [`${SESSION}/complete`]: async () => ({
    path: `${(await app.givenSession()).path}/complete`,
    request: () => ({ difficultyRating: 4 }),
    other: () => ({ difficultyRating: 2 }),
  }),
}

async function listVariations(): Promise<string[]> {
  const { body } = await app.get('/v1/situations')
  const [{ situationId }] = body.items
  const variations = await app.get(`/v1/situations/${situationId}/variations`)
  return variations.body.items.map(({ variationId }: { variationId: string }) => variationId)
}

/** Its requests have nothing in which they could differ. */
const ALIKE = `${SESSION}/hints`

const posts = () => app.service.endpoints.filter(({ method }) => method === 'post')

async function send(path: string, body: unknown, key: string) {
  const response = await app.raw('POST', path, body instanceof FormData ? body : JSON.stringify(body), {
    'Idempotency-Key': key,
    ...(body instanceof FormData ? {} : { 'Content-Type': 'application/json' }),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

test('every POST says what it does with an Idempotency-Key, and has a story here (faults.md B10)', () => {
  expect(
    posts()
      .filter(({ repeats }) => !repeats)
      .map(({ path }) => path),
  ).toEqual([])
  expect(
    posts()
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(Object.keys(STORIES).toSorted())
})

describe.each(Object.keys(STORIES))('POST %s (faults.md B10)', (name) => {
  test('answers the same request with the same key the same way, and says so', async () => {
    const { path, request } = (await STORIES[name]?.()) ?? expect.fail()
    const first = await send(path, await request(), 'key-1')

    const again = await send(path, await request(), 'key-1')

    expect(first.status).toBeLessThan(300)
    expect(first.headers.get('Idempotent-Replayed')).toBeNull()
    expect({ status: again.status, text: again.text }).toEqual({ status: first.status, text: first.text })
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
  })

  test.skipIf(name === ALIKE)('refuses the key with another request', async () => {
    const { path, request, other } = (await STORIES[name]?.()) ?? expect.fail()
    await send(path, await request(), 'key-1')

    const refused = await send(path, await other?.(), 'key-1')

    expect({ status: refused.status, body: JSON.parse(refused.text) }).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_reused' },
    })
    expect((await send(path, await request(), 'key-1')).headers.get('Idempotent-Replayed')).toBe('true')
  })
})

test('a session that is completed keeps its ratings, whatever key comes with others (faults.md B10)', async () => {
  const { path } = await app.givenSession()
  await send(`${path}/complete`, { difficultyRating: 4 }, 'key-1')

  const later = await send(`${path}/complete`, { difficultyRating: 1 }, 'key-2')
  const reused = await send(`${path}/complete`, { difficultyRating: 2 }, 'key-2')

  expect(JSON.parse(later.text)).toMatchObject({ status: 'completed', difficultyRating: 4 })
  expect(reused.status).toBe(422)
})

test('a hint and a completion may have the same key', async () => {
  const { path } = await app.givenSession()

  const hint = await send(`${path}/hints`, {}, 'key-1')
  const complete = await send(`${path}/complete`, {}, 'key-1')
  const again = await send(`${path}/hints`, {}, 'key-1')

  expect([hint.status, complete.status, again.status]).toEqual([200, 200, 200])
  expect(JSON.parse(complete.text)).toMatchObject({ status: 'completed', hintsGiven: 1 })
  expect(again.text).toBe(hint.text)
})

test.each([['put'], ['patch']])('%s takes a key, and changes nothing when it is repeated', async (method) => {
  const userId = await app.givenUser()
  const change = () =>
    app.send(
      method.toUpperCase(),
      `/v1/users/${userId}/preferences`,
      { explanationLanguage: 'ko' },
      {
        headers: { 'Idempotency-Key': 'key-1' },
      },
    )

  const [first, again] = [await change(), await change()]

  expect(first.status).toBe(200)
  expect(again).toMatchObject({ status: 200, body: first.body })
})
