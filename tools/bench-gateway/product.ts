import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createApp } from '#features/identity/index.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { type DatabaseLocation, openDatabase } from '#platform/db/open-database.ts'
import { createMalgilClient, type MalgilClient } from '../../src/client/index.ts'
import type { Target } from './load.ts'
import { CLI, type Running, startService } from './processes.ts'

export type Product = Running & {
  /** Conversations of so many new learners, one each. */
  givenConversations: (count: number) => Promise<string[]>
  /** A message in the conversation, as a stream. */
  messageTo: (conversation: string) => Target
  /** Practice sessions of so many new learners, one each. */
  givenSessions: (count: number) => Promise<string[]>
  /** A typed turn in the session, as a stream. */
  turnIn: (session: string) => Target
}

const AT_ONCE = 8

/** The service on the database, with the upstream as its only model. */
export async function startProduct(
  { databaseUrl, upstreamUrl, dataDir, key }: Surroundings,
  env: Record<string, string>,
): Promise<Product> {
  const service = await startService({
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl, MALGIL_CONTENT: 'production' }),
    MALGIL_DATA_DIR: dataDir,
    MALGIL_SPEECH_THREADS: '1',
    MALGIL_LLM_PROVIDER: 'openai',
    MALGIL_LLM_MODEL: 'bench-1',
    OPENAI_API_KEY: 'bench',
    OPENAI_BASE_URL: `${upstreamUrl}/v1`,
    // What is measured is the work, not how much of it one app may ask for.
    MALGIL_REQUESTS_PER_MINUTE_APP: '0',
    MALGIL_REQUESTS_PER_MINUTE_USER: '0',
    MALGIL_STREAMS_PER_USER: '0',
    ...env,
  })
  const client = createMalgilClient({ baseUrl: service.url, apiKey: key })
  return {
    ...service,
    givenConversations: (count) => makeMany(count, () => givenConversation(client)),
    messageTo: (conversation) => ({
      ...streamOf(key),
      url: `${service.url}/v1/users/${conversation}/messages`,
      body: JSON.stringify({ text: 'I walked up Apsan this morning, and my legs are tired.' }),
      endMark: 'event: message.completed',
    }),
    givenSessions: (count) => makeMany(count, () => givenSession(client)),
    turnIn: (session) => ({
      ...streamOf(key),
      url: `${service.url}/v1/users/${session}/turns`,
      body: JSON.stringify({ text: 'I come here every week with two friends from work.' }),
      endMark: 'event: turn.completed',
    }),
  }
}

const streamOf = (key: string) => ({
  headers: { Authorization: `Bearer ${key}`, Accept: 'text/event-stream' },
  firstMark: 'event: reply.delta',
})

async function makeMany(count: number, make: () => Promise<string>): Promise<string[]> {
  const makers = Array.from({ length: AT_ONCE }, async (_, maker) => {
    const made: string[] = []
    for (let i = maker; i < count; i += AT_ONCE) made.push(await make())
    return made
  })
  return (await Promise.all(makers)).flat()
}

/** The checkout's content as the production label of a database without one: what the service plays in production. */
export async function publishContent(databaseUrl: string): Promise<void> {
  const publish = [
    'content',
    'publish',
    '--label',
    'production',
    '--message',
    'to be measured',
    '--expect',
    'none',
  ]
  await promisify(execFile)(process.execPath, [CLI, ...publish], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: databaseUrl },
  })
}

/** Without `databaseUrl`: on the embedded database in `dataDir`, with the checkout's content as it is. */
export type Surroundings = {
  databaseUrl: string | undefined
  upstreamUrl: string
  dataDir: string
  key: string
}

/** Of a new app, in a database that may be empty. */
export async function createKey(location: DatabaseLocation): Promise<string> {
  const database = await openDatabase(location, { onIdleError: () => {} })
  await migrateToLatest(database.db)
  const { key } = await createApp({ db: database.db }, { name: `bench-${Date.now()}` })
  await database.close()
  return key
}

/** `{userId}/conversations/{conversationId}` */
async function givenConversation(client: MalgilClient): Promise<string> {
  const userId = await givenLearner(client)
  const { conversationId } = await client.call('POST /v1/users/{userId}/conversations', {
    path: { userId },
    body: { personaId: 'daegu-friend' },
  })
  return `${userId}/conversations/${conversationId}`
}

/** `{userId}/practice-sessions/{sessionId}` */
async function givenSession(client: MalgilClient): Promise<string> {
  const userId = await givenLearner(client)
  const { items: situations } = await client.call('GET /v1/situations', {})
  const [situation] = situations
  if (!situation) throw new Error('There is no situation')
  const { items: variations } = await client.call('GET /v1/situations/{situationId}/variations', {
    path: { situationId: situation.situationId },
  })
  const [variation] = variations
  if (!variation) throw new Error('There is no variation')
  const { sessionId } = await client.call('POST /v1/users/{userId}/practice-sessions', {
    path: { userId },
    body: { variationId: variation.variationId },
  })
  return `${userId}/practice-sessions/${sessionId}`
}

async function givenLearner(client: MalgilClient): Promise<string> {
  const { userId } = await client.call('PUT /v1/users/by-external-id/{externalId}', {
    path: { externalId: crypto.randomUUID() },
    body: {},
  })
  return userId
}
