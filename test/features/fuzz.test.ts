import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OddRequest, oddRequests, plainRequest } from '../support/fuzz/odd-requests.ts'
import { type Call, readCalls } from '../support/fuzz/read-calls.ts'
import { sample } from '../support/fuzz/seeded.ts'
import type { World } from '../support/fuzz/valid-value.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm, type TestClient } from '../support/test-client.ts'

/** Another seed tries other values: `MALGIL_FUZZ_SEED=7`; more of them: `MALGIL_FUZZ_COUNT=100000`. */
const SEED = Number(process.env.MALGIL_FUZZ_SEED ?? 20_261_201)
const COUNT = Number(process.env.MALGIL_FUZZ_COUNT ?? 1_500)
/** Fewer than the service admits when its database is slow. */
const AT_ONCE = 3

let app: TestApp
let other: TestClient & { key: string }
let world: World
let otherWorld: World
let calls: Call[]
beforeAll(async () => {
  // Uploads that are refused need a moment to leave.
  app = await startTestApp({ env: { MALGIL_MAX_UPLOADS: '1000', MALGIL_MAX_UPLOADS_PER_LEARNER: '100' } })
  other = await app.newApp()
  world = await givenWorld(app)
  otherWorld = await givenWorld(other)
  calls = readCalls((await app.get('/openapi.json', { key: null })).body)
})
afterAll(() => app.close())

/** One of everything that has an id. */
async function givenWorld(client: TestClient): Promise<World> {
  const { userId, sessionId, path } = await client.givenSession()
  const { body: turn } = await client.post(`${path}/turns`, await audioForm('iced-americano.webm'))
  const begun = await client.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
  const { conversationId } = begun.body
  const said = await client.post(`/v1/users/${userId}/conversations/${conversationId}/messages`, {
    text: 'Hello',
  })
  const { body: situations } = await client.get('/v1/situations')
  const { situationId } = situations.items[0]
  const { body: variations } = await client.get(`/v1/situations/${situationId}/variations`)
  const { body: locations } = await client.get('/v1/locations')
  return {
    locationId: locations.items[0].locationId,
    userId,
    sessionId,
    conversationId,
    situationId,
    turnId: turn.turnId,
    recordingId: turn.input.recordingId,
    messageId: said.body.message.messageId,
    variationId: variations.items[0].variationId,
    personaId: 'daegu-friend',
    externalId: 'learner-1',
    text: 'An iced americano, please.',
  }
}

type Answer = { status: number; type: string; text: string; headers: Headers }

async function ask(client: TestClient, { method, path, headers, body }: OddRequest): Promise<Answer> {
  const response = await client.raw(method, path, body, headers)
  const type = response.headers.get('Content-Type') ?? ''
  return { status: response.status, type, text: await response.text(), headers: response.headers }
}

/** What is wrong with an answer; nothing when it is a success, or a refusal as it should be. */
function faultOf({ status, type, text }: Answer): string | undefined {
  if (status < 400) return undefined
  if (status >= 500) return `${status} ${text.slice(0, 200)}`
  if (!type.startsWith('application/problem+json')) return `${status} as ${type}`
  const problem = JSON.parse(text)
  if (problem.status !== status || !/^[a-z_]+\.[a-z_]+$/.test(problem.code))
    return `${status} ${text.slice(0, 200)}`
  if (/node_modules|\.ts:\d|\bat \w+ \(|\bselect\b.*\bfrom\b|\/tmp\//i.test(text)) return `internals: ${text}`
  return text.length > 10_000 ? `${text.length} characters` : undefined
}

async function forEachAtOnce<Item>(items: Item[], task: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items]
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await task(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

test('odd values at every place of every call are answered, or refused by a problem (faults.md A23)', async () => {
  const all = calls.flatMap((call) => oddRequests(call, world))
  const requests = sample(all, { count: COUNT, seed: SEED })
  const faults: string[] = []

  await forEachAtOnce(requests, async (request) => {
    const fault = faultOf(await ask(app, request))
    if (fault) faults.push(`${request.title}: ${fault}`)
  })

  expect(all.length).toBeGreaterThan(2_000)
  expect(faults).toEqual([])
  expect((await app.get('/healthz')).status).toBe(200)
})

describe('ids of another app (faults.md A24)', () => {
  /** Every way to name something of the other app: its learner, or its things below a learner of one's own. */
  const foreignRequests = (call: Call): OddRequest[] => {
    const names = [...call.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    if (!names.includes('userId')) return []
    const whole = plainRequest(call, otherWorld)
    const parts = names
      .filter((name) => otherWorld[name] !== undefined)
      .map((name) => plainRequest(call, { ...world, [name]: otherWorld[name] ?? '' }))
    return [whole, ...parts]
  }

  test('are answered like ids that do not exist, by every call under a learner, and nothing happens', async () => {
    const reads = calls.filter(({ method, path }) => method === 'get' && path.includes('{userId}'))
    const snapshot = async () => {
      const texts: string[] = []
      for (const call of reads) texts.push((await ask(other, plainRequest(call, otherWorld))).text)
      return texts
    }
    const before = await snapshot()
    const wrong: string[] = []

    const requests = calls.flatMap(foreignRequests)
    await forEachAtOnce(requests, async (request) => {
      const answer = await ask(app, request)
      const fault = answer.status === 404 ? faultOf(answer) : `${answer.status} ${answer.text.slice(0, 100)}`
      if (fault) wrong.push(`${request.method} ${request.path}: ${fault}`)
    })

    expect(requests.length).toBeGreaterThan(30)
    expect(wrong).toEqual([])
    expect(await snapshot()).toEqual(before)
  })
})

test('an id in capital letters reads the same as in small ones, in every call (faults.md A15)', async () => {
  const reads = calls.filter(({ method, path }) => method === 'get' && path.includes('{'))
  const found: number[] = []
  const read = (request: OddRequest) => ask(other, { ...request, headers: { 'X-Request-Id': 'same' } })

  for (const call of reads) {
    const [small, large] = [
      await read(plainRequest(call, otherWorld)),
      await read(plainRequest(call, upper(otherWorld))),
    ]
    found.push(small.status)
    expect({ call: call.name, status: large.status, text: large.text }).toEqual({
      call: call.name,
      status: small.status,
      text: small.text,
    })
  }

  expect(found.filter((status) => status === 200).length).toBeGreaterThan(5)
})

const upper = (ids: World): World =>
  Object.fromEntries(
    Object.entries(ids).map(([name, value]) => [
      name,
      /^[0-9a-f-]{36}$/.test(value) ? value.toUpperCase() : value,
    ]),
  )
