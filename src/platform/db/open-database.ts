import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { closeToOthers } from '../files/storage.ts'
import { type AskAhead, createAskAhead } from './ask-ahead.ts'
import type { RootDb } from './db.ts'
import { createPool, GuardedPostgresDialect } from './dialect.ts'
import { lockDataDir } from './embedded/data-dir-lock.ts'
import { startEmbeddedServer } from './embedded/embedded-server.ts'
import type { DB } from './schema.ts'
import { SERVER_LIMITS, type ServerLimits } from './server-limits.ts'

export type Database = {
  db: RootDb
  /**
   * For what must be answered when everything else waits: keys and readiness. On a server it has a few connections of its
   * own, so that one locked table does not shut everybody out; on the embedded engine it is the same as `db`.
   */
  reservedDb: RootDb
  askAhead: AskAhead
  /** `embedded`: PGlite, owned by this process alone. `server`: PostgreSQL, shared with others. */
  engine: 'embedded' | 'server'
  close: () => Promise<void>
}

export type DatabaseLocation =
  | { engine: 'server'; url: string; maxConnections: number; queryTimeoutMs?: number; limits?: ServerLimits }
  | { engine: 'embedded'; dataDir: string }
  /** `dump` is a file of `PGlite.dumpDataDir` that the database begins with. */
  | { engine: 'memory'; dump?: string }

const RESERVED_CONNECTIONS = 2

/** Opens without migrating. An embedded database locks its folder; a server is connected to on the first query. */
export async function openDatabase(
  location: DatabaseLocation,
  { onIdleError }: { onIdleError: (error: Error) => void },
): Promise<Database> {
  if (location.engine === 'server') {
    const { url, queryTimeoutMs, limits = SERVER_LIMITS } = location
    const ofUrl = {
      connectionString: url,
      onIdleError,
      limits,
      ...(queryTimeoutMs === undefined ? {} : { query_timeout: queryTimeoutMs }),
    }
    const pool = createPool({ ...ofUrl, max: location.maxConnections })
    const reservedPool = createPool({ ...ofUrl, max: RESERVED_CONNECTIONS })
    const reservedDb = kyselyOn(reservedPool)
    return {
      ...opened(pool, 'server', async () => {
        await reservedDb.destroy()
        if (!reservedPool.ended) await reservedPool.end()
      }),
      reservedDb,
    }
  }
  const { unlock, ...data } = claimFolder(location)
  const server = await startEmbeddedServer(data).catch((error: unknown) => {
    unlock()
    throw error
  })
  // PGlite gives its own files a mode that the umask does not change.
  if (location.engine === 'embedded') closeToOthers(data.dataDir)
  const pool = createPool({
    max: 1,
    stream: server.connect,
    user: 'postgres',
    database: 'postgres',
    password: 'unused',
    idleTimeoutMillis: 0,
    onIdleError,
  })
  return opened(pool, 'embedded', async () => {
    await server.close()
    unlock()
  })
}

function claimFolder(location: Exclude<DatabaseLocation, { engine: 'server' }>) {
  if (location.engine === 'memory') return { dataDir: 'memory://', dump: location.dump, unlock: () => {} }
  const unlock = lockDataDir(location.dataDir)
  const dataDir = join(location.dataDir, 'database')
  mkdirSync(dataDir, { recursive: true })
  return { dataDir, dump: undefined, unlock }
}

const kyselyOn = (pool: ReturnType<typeof createPool>): RootDb =>
  new Kysely<DB>({ dialect: new GuardedPostgresDialect({ pool }) })

function opened(
  pool: ReturnType<typeof createPool>,
  engine: Database['engine'],
  release: () => Promise<void>,
): Database {
  const db = kyselyOn(pool)
  return {
    db,
    reservedDb: db,
    askAhead: createAskAhead(pool),
    engine,
    close: async () => {
      // Kysely ends the pool only if it was used.
      await db.destroy()
      if (!pool.ended) await pool.end()
      await release()
    },
  }
}
