import express, { type Express } from 'express'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { AppError } from '#base/errors.ts'
import type { ServedContent } from '#features/content/index.ts'
import { countPendingMigrations } from '#platform/db/migrate.ts'
import type { Database } from '#platform/db/open-database.ts'
import { requireRoom } from '#platform/files/storage.ts'
import { docsPage } from '#platform/http/docs-page.ts'
import { errorHandler } from '#platform/http/error-handler.ts'
import { mountEndpoints } from '#platform/http/mount.ts'
import { toOpenApi } from '#platform/http/openapi/document.ts'
import { requestId, requestIdOf } from '#platform/http/request-id.ts'
import { requestLog } from '#platform/http/request-log.ts'
import { describeApi } from './api-description.ts'
import type { Service } from './wire.ts'

const PREFIX = '/v1'

export type HttpAppDeps = {
  service: Service
  served: Pick<ServedContent, 'status'>
  database: Database
  log: Logger
  dataDir: string
  isReady: () => boolean
}

/** The HTTP face of the service: the calls under /v1, and what operators and readers need beside them. */
export function createHttpApp({ service, served, database, log, dataDir, isReady }: HttpAppDeps): Express {
  const { endpoints, mount, metrics } = service
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use(requestId)
  app.use(requestLog(log, (labels, durationS) => metrics.httpRequests.observe({ ...labels }, durationS)))

  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  app.get('/readyz', async (_req, res) => {
    await requireReady(database, isReady)
    await requireRoom(dataDir)
    res.json({ status: 'ready', content: served.status() })
  })
  app.get('/metrics', async (_req, res) => {
    metrics.turnsRunning.set(service.turns.countRunning())
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  const openApi = toOpenApi(endpoints, describeApi(PREFIX))
  app.get('/openapi.json', (_req, res) => void res.json(openApi))
  app.use(docsPage('malgil API'))

  app.use(PREFIX, mountEndpoints(mount, endpoints))
  app.use(() => {
    throw new AppError('not_found', 'request.not_found', 'There is nothing at this address: see /docs')
  })
  app.use(
    errorHandler((error, _req, res) =>
      log.error({ err: error, requestId: requestIdOf(res) }, 'request failed'),
    ),
  )
  return app
}

/** Ready: not on the way out, the database answers, its tables are those of this code; the caller adds room on the disk. */
async function requireReady({ reservedDb: db }: Database, isReady: () => boolean): Promise<void> {
  if (!isReady())
    throw new AppError('unavailable', 'server.stopping', 'The server is stopping', { retryAfterS: 5 })
  await sql`select 1`.execute(db)
  if ((await countPendingMigrations(db)) > 0) {
    throw new AppError(
      'unavailable',
      'database.not_migrated',
      'The database is not migrated: run malgil migrate',
    )
  }
}
