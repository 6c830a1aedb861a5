import type { Logger } from 'pino'
import { loadTokenCounter } from '#engines/llm/tokens.ts'
import { createSpeechEngine } from '#engines/speech/engine.ts'
import { contentInvalid, formatFault } from '#features/content/index.ts'
import { readPrices } from '#features/usage/index.ts'
import type { Config } from '#platform/config.ts'
import { getInstallationKey } from '#platform/db/installation-queries.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { type Database, openDatabase } from '#platform/db/open-database.ts'
import { makeDataDir } from '#platform/files/storage.ts'
import { listen } from '#platform/http/listen.ts'
import { LEASE_TIMES } from '#platform/lease-runner.ts'
import { startCleanUp } from './clean-up.ts'
import { createHttpApp, createOperatorApp } from './http-app.ts'
import { serveContent } from './serve-content.ts'
import { wire } from './wire.ts'

/** `operatorUrl`: where health and metrics are when that is apart. */
export type RunningService = {
  url: string
  operatorUrl: string | undefined
  database: Database
  stop: () => Promise<void>
}

const STOP_GRACE_MS = 6_000
const PRIVATE_UMASK = 0o077
const NO_PROCESS_LIMITS =
  'ffmpeg runs without limits of memory and computing time, so a crafted recording can exhaust the machine: ' +
  'install the missing programs (util-linux on Linux) or limit the memory of the whole service'

/** `contentPollMs`: how often files or the label are looked at; a second or two when absent. */
export type ServeOptions = { log: Logger; contentPollMs?: number | undefined }

/** Opens everything, brings the database and the content up to date, takes up unfinished turns, and listens. */
export async function serve(config: Config, { log, contentPollMs }: ServeOptions): Promise<RunningService> {
  const opened: (() => Promise<void>)[] = []
  try {
    return await start(config, { log, contentPollMs, opened })
  } catch (error) {
    for (const close of opened.toReversed()) await close()
    throw error
  }
}

async function start(
  config: Config,
  { log, contentPollMs, opened }: ServeOptions & { opened: (() => Promise<void>)[] },
): Promise<RunningService> {
  const { prices, faults } = readPrices(config.contentDir)
  if (faults.length > 0) throw contentInvalid(faults.map(formatFault))
  const speech = createSpeechEngine(config.speech)
  opened.push(() => speech.close())
  const { missingForLimits } = await speech.check()
  if (missingForLimits.length > 0) log.warn({ missing: missingForLimits }, NO_PROCESS_LIMITS)

  makeDataDir(config.dataDir)
  const database = await openConfigured(config, log)
  opened.push(database.close)
  const migrated = await migrateToLatest(database.db)
  if (migrated.length > 0) log.info({ migrated }, 'database migrated')
  const served = await serveContent(config, { database, log, pollMs: contentPollMs })
  opened.push(served.stop)
  // In the middle of a reply everybody would wait for it.
  if (Object.values(config.llm.providers).some(({ kind }) => kind !== 'scripted')) await loadTokenCounter()
  const service = wire(config, {
    database,
    speech,
    now: () => new Date(),
    log,
    served,
    prices,
    leaseTimes: LEASE_TIMES,
    canaryKey: await getInstallationKey(database.db, 'canary'),
  })
  let isStopping = false
  const { http } = config
  const { dataDir } = config
  const apps = { service, served, database, dataDir, log, http, isReady: () => !isStopping }
  const operators = http.operator && (await listen(createOperatorApp(apps), http.operator))
  if (operators) opened.push(() => operators.close(0))
  // Erasures come before unfinished work: nothing begins for a learner who is being erased.
  const cleaning = await startCleanUp({
    leftovers: service.leftovers,
    uploadDirectory: service.mount.uploads.directory,
    uploadTimeoutMs: config.upload.timeoutMs,
    log,
  })
  opened.push(cleaning.stop)
  const server = await listen(createHttpApp(apps), http)
  await service.turns.resume()
  await service.replies.resume()
  const { llm, transcriber } = config
  log.info(
    {
      url: server.url,
      operatorUrl: operators?.url,
      database: database.engine,
      content: config.content.source,
      llm: Object.keys(llm.providers),
      transcriber: transcriber.provider,
    },
    'malgil is ready',
  )

  return {
    url: server.url,
    operatorUrl: operators?.url,
    database,
    async stop() {
      if (isStopping) return
      isStopping = true
      service.audience.close()
      await Promise.all([
        server.close(STOP_GRACE_MS),
        service.turns.stop(STOP_GRACE_MS),
        service.replies.stop(STOP_GRACE_MS),
      ])
      // To the end, so that whoever watches sees that it is stopping and not that it is gone.
      await operators?.close(0)
      await served.stop()
      await cleaning.stop()
      await speech.close()
      await database.close()
      log.info('malgil has stopped')
    },
  }
}

export function openConfigured(config: Config, log: Logger): Promise<Database> {
  // Before any file is made: the embedded database creates its own for everybody to read and write.
  process.umask(PRIVATE_UMASK)
  const location =
    config.database.engine === 'server'
      ? config.database
      : { engine: 'embedded' as const, dataDir: config.dataDir }
  return openDatabase(location, {
    onIdleError: (error) => log.warn({ err: error }, 'a database connection was lost'),
  })
}
