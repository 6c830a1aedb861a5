import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { until } from './until.ts'

export const FIXTURE_AUDIO = join(import.meta.dirname, '../../fixtures/audio')

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer, its type is not what they prove.
export type TestResponse = { status: number; headers: Headers; body: any }

type Options = { headers?: Record<string, string>; key?: string | null }

export type TestClient = ReturnType<typeof createTestClient>

/** Calls the API as an app would. `body` of an answer is its JSON, or its text. */
export function createTestClient(url: string, key: string | (() => string)) {
  const currentKey = () => (typeof key === 'string' ? key : key())

  async function send(
    method: string,
    path: string,
    body: unknown,
    { headers = {}, key = currentKey() }: Options = {},
  ) {
    const isRaw = body instanceof FormData || typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined || isRaw ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: (isRaw ? body : JSON.stringify(body)) as FormData | string }),
    })
    return toTestResponse(response)
  }

  const get = (path: string, options?: Options) => send('GET', path, undefined, options)
  const post = (path: string, body?: unknown, options?: Options) => send('POST', path, body, options)
  const put = (path: string, body?: unknown, options?: Options) => send('PUT', path, body, options)

  const authorization = () => ({ Authorization: `Bearer ${currentKey()}` })

  /** The answer itself, for streams. */
  const raw = (
    method: string,
    path: string,
    body: RequestInit['body'] | undefined,
    headers: Record<string, string>,
  ) =>
    fetch(`${url}${path}`, {
      method,
      headers: { ...authorization(), ...headers },
      ...(body === undefined ? {} : { body }),
    })

  /** Asks until the answer is as wanted. */
  const eventually = (
    path: string,
    isWanted: (body: TestResponse['body']) => boolean,
  ): Promise<TestResponse['body']> =>
    until(`GET ${path} to be as ${isWanted}`, async () => (await get(path)).body, isWanted)

  /** A learner of this app. */
  async function givenUser(externalId = `learner-${Math.random().toString(36).slice(2)}`): Promise<string> {
    const { body } = await put(`/v1/users/by-external-id/${externalId}`, {})
    return body.userId
  }

  async function findVariation(situation: string, variation: string): Promise<string> {
    const { body: situations } = await get('/v1/situations')
    const { situationId } = situations.items.find(({ name }: { name: string }) => name === situation)
    const { body: variations } = await get(`/v1/situations/${situationId}/variations`)
    return variations.items.find(({ name }: { name: string }) => name === variation).variationId
  }

  /** A learner with a session of the café variation under way. `path` is the session's. */
  async function givenSession(userId?: string): Promise<{ userId: string; sessionId: string; path: string }> {
    const learner = userId ?? (await givenUser())
    const variationId = await findVariation('cafe-ordering', 'iced-americano-dongseong-ro')
    const { body } = await post(`/v1/users/${learner}/practice-sessions`, { variationId })
    const path = `/v1/users/${learner}/practice-sessions/${body.sessionId}`
    return { userId: learner, sessionId: body.sessionId, path }
  }

  return { send, get, post, put, raw, authorization, eventually, givenUser, findVariation, givenSession }
}

async function toTestResponse(response: Response): Promise<TestResponse> {
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

/** A multipart body with one recording, a path or a name in fixtures/audio, and text fields beside it. */
export async function audioForm(file: string, fields: Record<string, string> = {}): Promise<FormData> {
  const path = file.includes('/') ? file : join(FIXTURE_AUDIO, file)
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  form.set('audio', new Blob([await readFile(path)]), basename(path))
  return form
}
