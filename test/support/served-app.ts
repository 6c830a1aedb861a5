import { rm } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { serve } from '#app/serve.ts'
import { createApp } from '#features/identity/index.ts'
import { readConfig } from '#platform/config.ts'
import type { RootDb } from '#platform/db/db.ts'
import { type ContentFolder, givenContentFolder } from './content-folder.ts'
import { createTestClient, type TestClient } from './test-client.ts'
import { createServerDatabase, givenDataDir, isOnServer } from './test-database.ts'
import { until } from './until.ts'

export type ServedApp = TestClient & {
  db: RootDb
  /** The listener of operators; throws when there is none. */
  operatorUrl: () => string
  content: ContentFolder
  /** What GET /readyz says of the content. */
  status: () => Promise<{
    source: string
    release: number | null
    manifestHash: string
    since: string
    faults: string[]
  }>
  /** Asks until the content is as wanted. */
  until: (
    isWanted: (status: { release: number | null; manifestHash: string; faults: string[] }) => boolean,
  ) => Promise<void>
  /** Every line that was logged so far. */
  logged: () => string
  /** Stops and starts again on the same data, with other settings if given. */
  restart: (env?: Record<string, string>) => Promise<void>
  close: () => Promise<void>
}

/** Often enough that a test need not wait for it. */
const CONTENT_POLL_MS = 100

/** What `malgil serve` runs, in this process: it opens its own database and follows its own copy of the content. */
export async function startServedApp(env: Record<string, string> = {}): Promise<ServedApp> {
  const content = await givenContentFolder()
  const dataDir = await givenDataDir()
  const server = isOnServer ? await createServerDatabase('content') : undefined
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = pino({ level: 'info' }, sink)
  let settings: Record<string, string> = {
    MALGIL_DATA_DIR: dataDir,
    MALGIL_CONTENT_DIR: content.root,
    MALGIL_SPEECH_THREADS: '1',
    PORT: '0',
    ...(server ? { DATABASE_URL: server.url } : {}),
    ...env,
  }
  let service = await serve(readConfig(settings), { log, contentPollMs: CONTENT_POLL_MS })
  const operatorUrl = () => {
    if (!service.operatorUrl) throw new Error('There is no listener of operators: set MALGIL_OPERATOR_PORT')
    return service.operatorUrl
  }
  const { key } = await createApp({ db: service.database.db }, { name: 'served' })
  // A restart keeps the port, so one client serves for all.
  const { port } = new URL(service.url)
  const client = createTestClient(service.url, key)
  const status: ServedApp['status'] = async () => (await client.get('/readyz', { key: null })).body.content
  return {
    ...client,
    get db() {
      return service.database.db
    },
    operatorUrl,
    content,
    status,
    until: async (isWanted) => void (await until(`the content to be as ${isWanted}`, status, isWanted)),
    logged: () => lines.join(''),
    async restart(more = {}) {
      await service.stop()
      settings = { ...settings, PORT: port, ...more }
      service = await serve(readConfig(settings), { log, contentPollMs: CONTENT_POLL_MS })
    },
    async close() {
      await service.stop()
      await server?.drop()
      await rm(dataDir, { recursive: true, force: true })
      await content.dispose()
    },
  }
}
