import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { createHttpApp } from '#app/http-app.ts'
import { type Service, wire } from '#app/wire.ts'
import { createSpeechEngine, type SpeechEngine } from '#engines/speech/engine.ts'
import {
  loadContent,
  readContent,
  type ServedContent,
  toFactRules,
  toFeedbackTemplates,
  toRepairLines,
  toSafetyRules,
} from '#features/content/index.ts'
import { createApp } from '#features/identity/index.ts'
import { type Price, readPrices } from '#features/usage/index.ts'
import { readConfig } from '#platform/config.ts'
import { getInstallationKey } from '#platform/db/installation-queries.ts'
import type { Database } from '#platform/db/open-database.ts'
import { listen } from '#platform/http/listen.ts'
import { REPOSITORY } from './repository.ts'
import { createTestClient, type TestClient } from './test-client.ts'
import { borrowContentDatabase, emptyTables, openTestDatabase } from './test-database.ts'

export type TestApp = TestClient & {
  url: string
  database: Database
  service: Service
  dataDir: string
  /** Everything that was logged so far, as written. */
  logged: () => string
  /** A client of a new app with its own key. */
  newApp: (name?: string) => Promise<TestClient & { appId: string; key: string; prefix: string }>
  /** Takes every connection there is, until the function it returns is called. */
  occupyDatabase: () => Promise<() => Promise<void>>
  /** Empties what learners left and makes a new app for the client. */
  reset: () => Promise<void>
  close: () => Promise<void>
}

export type TestAppOptions = {
  env?: Record<string, string>
  /** Puts something between the service and the real engine. */
  speech?: (engine: SpeechEngine) => SpeechEngine
  /** One that is open and migrated already instead of one of its own; closed by the app. */
  database?: Database
  /** What calls cost; those of the repository when absent. */
  prices?: readonly Price[]
  /** The clock of the service; the database keeps its own. */
  now?: () => Date
}

let appCount = 0
let readOnce: ReturnType<typeof readContent> | undefined

function repositoryContent() {
  readOnce ??= readContent(REPOSITORY)
  return readOnce
}

/** The whole service on an empty database, listening on a free port. Boot once a file, `reset` before each test. */
export async function startTestApp({
  env = {},
  speech: wrapSpeech = (engine) => engine,
  database: givenDatabase,
  prices,
  now = () => new Date(),
}: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'malgil-test-'))
  const config = readConfig({ MALGIL_DATA_DIR: dataDir, PORT: '0', MALGIL_SPEECH_THREADS: '1', ...env })
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = pino({ level: 'debug' }, sink)
  const isOwnContent = config.contentDir !== REPOSITORY
  const database =
    givenDatabase ?? (isOwnContent ? await openTestDatabase('content') : await borrowContentDatabase())
  const engine = createSpeechEngine(config.speech)
  const content = isOwnContent ? readContent(config.contentDir) : repositoryContent()
  const manifestHash = await loadContent({ db: database.db }, content)
  const feedbackTemplates = toFeedbackTemplates(content.speechFeedback)
  const factRules = toFactRules(content.factRules)
  const talkRules = {
    repairLines: toRepairLines(content.repairs),
    safetyRules: toSafetyRules(content.safety),
  }
  const served: ServedContent = {
    talkRules: () => talkRules,
    feedbackTemplates: () => feedbackTemplates,
    factRules: () => factRules,
    status: () => ({ source: 'files', release: null, manifestHash, since: now().toISOString(), faults: [] }),
    stop: async () => {},
  }
  const world = {
    database,
    speech: wrapSpeech(engine),
    now,
    log,
    served,
    prices: prices ?? readPrices(config.contentDir).prices,
    leaseTimes: LEASE_TIMES,
    canaryKey: await getInstallationKey(database.db, 'canary'),
  }
  const service = wire(config, world)
  const server = await listen(
    createHttpApp({ service, served, database, dataDir, log, http: config.http, isReady: () => true }),
    config.http,
  )
  await service.turns.resume()
  await service.replies.resume()

  const newApp = async (name = `app-${++appCount}`) => {
    const { appId, key, prefix } = await createApp({ db: database.db }, { name })
    return { ...createTestClient(server.url, key), appId, key, prefix }
  }
  let client = await newApp()
  return {
    ...createTestClient(server.url, () => client.key),
    url: server.url,
    database,
    service,
    dataDir,
    logged: () => lines.join(''),
    newApp,
    occupyDatabase: () => occupyDatabase(database),
    async reset() {
      await emptyTables(database)
      client = await newApp()
    },
    async close() {
      await server.close(1_000)
      await service.turns.stop(5_000)
      await service.replies.stop(5_000)
      await engine.close()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const CONNECTIONS = 10
/** Often enough that a test need not wait for it. */
const LEASE_TIMES = { heartbeatMs: 10_000, sweepMs: 200, retryDelayS: 0.3 }

async function occupyDatabase({ db, engine }: Database): Promise<() => Promise<void>> {
  const count = engine === 'embedded' ? 1 : CONNECTIONS
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const held: Promise<unknown>[] = []
  const taken = Array.from(
    { length: count },
    () =>
      new Promise<void>((resolve) => {
        held.push(
          db.connection().execute(async () => {
            resolve()
            await released
          }),
        )
      }),
  )
  await Promise.all(taken)
  return async () => {
    release()
    await Promise.all(held)
  }
}
