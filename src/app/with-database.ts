import type { Config } from '#platform/config.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import type { Database } from '#platform/db/open-database.ts'
import { createLog } from './log.ts'
import { openConfigured } from './serve.ts'

/** Opens the configured database for one command and closes it whatever happens. */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openConfigured(config, createLog('warn'))
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** The same for a command that may run before the service ever did. */
export function withTables<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(config, async (database) => {
    await migrateToLatest(database.db)
    return work(database)
  })
}
