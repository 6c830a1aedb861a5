import { sql } from 'kysely'
import pg from 'pg'
import { newId } from '#base/ids.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { type Database, openDatabase } from '#platform/db/open-database.ts'

/** `npm run test:postgres` sets it: the same tests then run on that server. */
const SERVER_URL = process.env.TEST_DATABASE_URL

export const isOnServer = SERVER_URL !== undefined

/** An empty, migrated database of its own: in memory, or a new one on the server. */
export async function openTestDatabase(): Promise<Database> {
  if (SERVER_URL === undefined) {
    const database = await openDatabase({ engine: 'memory' }, { onIdleError: () => {} })
    await migrateToLatest(database.db)
    return database
  }
  const { url, drop } = await createServerDatabase()
  const database = await openDatabase(
    { engine: 'server', url, maxConnections: 10 },
    { onIdleError: () => {} },
  )
  await migrateToLatest(database.db)
  return {
    ...database,
    close: async () => {
      await database.close()
      await drop()
    },
  }
}

/** A database on the test server for a process of its own; the caller drops it. Only with a server. */
export async function createServerDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  if (SERVER_URL === undefined) throw new Error('Needs TEST_DATABASE_URL')
  const name = `malgil_test_${newId().replaceAll('-', '')}`
  await onServer(SERVER_URL, `create database ${name}`)
  const url = new URL(SERVER_URL)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(SERVER_URL, `drop database ${name} with (force)`) }
}

export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Milliseconds, where a new database takes seconds. Content stays. */
export async function emptyTables({ db }: Database): Promise<void> {
  await sql`truncate apps, user_external_ids, users cascade`.execute(db)
}
