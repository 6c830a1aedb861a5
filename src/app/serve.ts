import { join } from 'node:path'
import type { Logger } from 'pino'
import { AppError } from '#base/errors.ts'
import { loadTokenCounter } from '#engines/llm/tokens.ts'
import { createSpeechEngine } from '#engines/speech/engine.ts'
import {
  formatFault,
  loadContent,
  readContent,
  toFactRules,
  toFeedbackTemplates,
  toRepairLines,
  toSafetyRules,
} from '#features/content/index.ts'
import { readPrices } from '#features/usage/index.ts'
import type { Config } from '#platform/config.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { type Database, openDatabase } from '#platform/db/open-database.ts'
import { sweepOldFiles } from '#platform/files/sweep.ts'
import { listen } from '#platform/http/listen.ts'
import { createHttpApp } from './http-app.ts'
import { PROMPT_CONTRACTS } from './prompt-contracts.ts'
import { type World, wire } from './wire.ts'

export type RunningService = { url: string; database: Database; stop: () => Promise<void> }

const STOP_GRACE_MS = 6_000

/** Opens everything, brings the database and the content up to date, takes up unfinished turns, and listens. */
export async function serve(config: Config, { log }: { log: Logger }): Promise<RunningService> {
  const opened: (() => Promise<void>)[] = []
  try {
    return await start(config, { log, opened })
  } catch (error) {
    for (const close of opened.toReversed()) await close()
    throw error
  }
}

async function start(
  config: Config,
  { log, opened }: { log: Logger; opened: (() => Promise<void>)[] },
): Promise<RunningService> {
  const speech = createSpeechEngine(config.speech)
  opened.push(() => speech.close())
  await speech.check()

  const database = await openConfigured(config, log)
  opened.push(database.close)
  const migrated = await migrateToLatest(database.db)
  if (migrated.length > 0) log.info({ migrated }, 'database migrated')
  const authored = await loadAuthored(config, database)
  // What uploads left behind when their process died belongs to no turn.
  await sweepOldFiles(join(config.dataDir, 'uploads'), 2 * config.upload.timeoutMs)

  // In the middle of a reply everybody would wait for it.
  if (Object.values(config.llm.providers).some(({ kind }) => kind !== 'scripted')) await loadTokenCounter()
  const service = wire(config, { database, speech, now: () => new Date(), log, ...authored })
  let isStopping = false
  const app = createHttpApp({ service, database, log, isReady: () => !isStopping })
  const server = await listen(app, config.http)
  await service.turns.resume()
  await service.replies.resume()
  const { llm, transcriber } = config
  log.info(
    {
      url: server.url,
      database: database.engine,
      llm: Object.keys(llm.providers),
      transcriber: transcriber.provider,
    },
    'malgil is ready',
  )

  return {
    url: server.url,
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
      await speech.close()
      await database.close()
    },
  }
}

export function openConfigured(config: Config, log: Logger): Promise<Database> {
  const location =
    config.database.engine === 'server'
      ? config.database
      : { engine: 'embedded' as const, dataDir: config.dataDir }
  return openDatabase(location, {
    onIdleError: (error) => log.warn({ err: error }, 'a database connection was lost'),
  })
}

async function loadAuthored(
  { contentDir }: Config,
  { db }: Database,
): Promise<Pick<World, 'promptVersions' | 'feedbackTemplates' | 'rules' | 'prices' | 'factRules'>> {
  const content = readContent(contentDir, PROMPT_CONTRACTS)
  const { prices, faults } = readPrices(contentDir)
  const found = [...content.faults, ...faults]
  if (found.length > 0) throw contentInvalid(found.map(formatFault))
  return {
    promptVersions: await loadContent({ db }, content),
    feedbackTemplates: toFeedbackTemplates(content.speechFeedback),
    rules: {
      repairLines: toRepairLines(content.repairs),
      safetyRules: toSafetyRules(content.safety),
    },
    factRules: toFactRules(content.factRules),
    prices,
  }
}

const contentInvalid = (faults: string[]) =>
  new AppError('invalid', 'content.invalid', `The authored content has faults:\n${faults.join('\n')}`)
