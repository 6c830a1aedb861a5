import { Router } from 'express'
import { sql } from 'kysely'
import { AppError } from '#base/errors.ts'
import type { ServedContent } from '#features/content/index.ts'
import { countPendingMigrations } from '#platform/db/migrate.ts'
import type { Database } from '#platform/db/open-database.ts'
import { requireRoom } from '#platform/files/storage.ts'
import { rememberFor } from '#platform/remember-for.ts'
import type { Service } from './wire.ts'

/** Nobody needs a key for `/readyz`, so however often it is asked, the database is asked once in this time. */
const READINESS_KEPT_MS = 1_000

export type OperatorDeps = {
  service: Pick<Service, 'metrics' | 'turns'>
  served: Pick<ServedContent, 'status'>
  database: Database
  dataDir: string
  isReady: () => boolean
}

/** What operators ask: whether the process lives, whether it can serve, and its metrics. */
export function operatorRoutes({ service, served, database, dataDir, isReady }: OperatorDeps): Router {
  const { metrics, turns } = service
  const router = Router({ caseSensitive: true, strict: true })
  const requireStores = rememberFor(() => requireDatabaseAndRoom(database, dataDir), {
    forMs: READINESS_KEPT_MS,
  })

  router.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  router.get('/readyz', async (_req, res) => {
    if (!isReady()) throw serverStopping()
    await requireStores()
    res.json({ status: 'ready', content: served.status() })
  })
  router.get('/metrics', async (_req, res) => {
    metrics.turnsRunning.set(turns.countRunning())
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  return router
}

/** The database answers, its tables are those of this code, and the disk has room. */
async function requireDatabaseAndRoom({ reservedDb: db }: Database, dataDir: string): Promise<void> {
  await sql`select 1`.execute(db)
  if ((await countPendingMigrations(db)) > 0) throw databaseNotMigrated()
  await requireRoom(dataDir)
}

const serverStopping = () =>
  new AppError('unavailable', 'server.stopping', 'The server is stopping', { retryAfterS: 5 })

const databaseNotMigrated = () =>
  new AppError('unavailable', 'database.not_migrated', 'The database is not migrated: run malgil migrate')
