import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { inject } from 'vitest'
import { newId } from '#base/ids.ts'
import { type Database, openDatabase } from '#platform/db/open-database.ts'
import { onServer } from './server.ts'

const templates = inject('templates')

/** `npm run test:postgres` runs the same tests on a server. */
export const isOnServer = templates.engine === 'server'

type Filling = 'empty' | 'content'

/** A migrated database of its own, without rows or with the repository's content: in memory, or a new one on the server. */
export async function openTestDatabase(filling: Filling = 'empty'): Promise<Database> {
  const onIdleError = () => {}
  if (templates.engine === 'embedded') {
    return openDatabase({ engine: 'memory', dump: templates[filling] }, { onIdleError })
  }
  const { url, drop } = await createServerDatabase(filling)
  const database = await openDatabase({ engine: 'server', url, maxConnections: 10 }, { onIdleError })
  return {
    ...database,
    close: async () => {
      await database.close()
      await drop()
    },
  }
}

let shelved: Database | undefined

/**
 * A database with the repository's content, for one app after the other: an embedded one takes seconds to open, so
 * `close` empties it and keeps it for the next file of this process.
 */
export async function borrowContentDatabase(): Promise<Database> {
  if (isOnServer) return openTestDatabase('content')
  const database = shelved ?? (await openTestDatabase('content'))
  shelved = undefined
  return {
    ...database,
    close: async () => {
      if (shelved) return database.close()
      await emptyTables(database)
      shelved = database
    },
  }
}

/** A database on the test server for a process of its own; the caller drops it. Without a filling it has no tables. */
export async function createServerDatabase(
  filling?: Filling,
): Promise<{ url: string; drop: () => Promise<void> }> {
  if (templates.engine !== 'server') throw new Error('Needs a server: npm run test:postgres')
  const { url: serverUrl } = templates
  const name = `malgil_test_${newId().replaceAll('-', '')}`
  await onServer(serverUrl, `create database ${name}${filling ? ` template ${templates[filling]}` : ''}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(serverUrl, `drop database ${name} with (force)`) }
}

/** A data directory for a process of its own, with the repository's content where the embedded database lies in it. */
export async function givenDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'malgil-data-'))
  if (templates.engine === 'embedded') await cp(templates.dataDir, dataDir, { recursive: true })
  return dataDir
}

/** Milliseconds, where a new database takes a second. Content stays. */
export async function emptyTables({ db }: Database): Promise<void> {
  await sql`truncate apps, user_external_ids, users cascade`.execute(db)
}
