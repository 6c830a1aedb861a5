import { type Driver, PostgresDialect } from 'kysely'
import pg from 'pg'
import { refuseInsideTransaction } from './db.ts'
import { prepareStatements } from './prepared-statements.ts'
import { limitConnection, type ServerLimits } from './server-limits.ts'
import { destroyWhenStuck } from './stuck-connections.ts'

const DATE_OID = 1082
const INT8_OID = 20

/** Calendar days stay `YYYY-MM-DD` strings (the driver would make them local midnights); counts become numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === DATE_OID) return (text: string) => text
    if (oid === INT8_OID) return Number
    return pg.types.getTypeParser(oid, format ?? 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/** Waiting for a connection longer than this is an outage, answered as such, never an endless wait. */
const CONNECTION_TIMEOUT_MS = 5_000
const QUERY_TIMEOUT_MS = 30_000
/** A silent peer is asked whether it is there; the system's own default is two hours. */
const KEEP_ALIVE_AFTER_MS = 10_000
/** A new connection has to be opened and prepared anew, and learners pause for longer than `pg`'s own ten seconds. */
const IDLE_TIMEOUT_MS = 300_000

export type PoolOptions = pg.PoolConfig & {
  /** Absent where the engine has none. */
  limits?: ServerLimits
  /** A connection was lost while nobody waited for it; who waits gets the error itself. */
  onIdleError: (error: Error) => void
}

/** Session settings and prepared statements only where the session is ours: safe behind a pooling pgbouncer. */
export function createPool({ onIdleError, limits, ...options }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types,
    onConnect: (client) => prepareConnection(client, limits),
    ...options,
  })
  // A connection that breaks while no query waits on it emits an error, and one that nobody hears ends the process:
  // the pool listens for those that lie idle, this for those a transaction holds between two queries.
  pool.on('error', onIdleError)
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

async function prepareConnection(client: pg.ClientBase, limits: ServerLimits | undefined): Promise<void> {
  destroyWhenStuck(client)
  await prepareStatements(client)
  if (limits) await limitConnection(client, limits)
}

/** PostgreSQL as Kysely ships it, plus the refusal to use the root database inside a transaction. */
export class GuardedPostgresDialect extends PostgresDialect {
  override createDriver(): Driver {
    const driver = super.createDriver()
    const acquire = driver.acquireConnection.bind(driver)
    driver.acquireConnection = (...args) => {
      refuseInsideTransaction()
      return acquire(...args)
    }
    return driver
  }
}
