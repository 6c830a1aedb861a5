import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import { AppError } from '#base/errors.ts'
import type { RootDb } from './db.ts'
import { isDatabaseUnavailable, isLockTimeout } from './error-codes.ts'
import { UNLIMITED } from './server-limits.ts'

/** For another process that migrates. */
const MAX_WAIT_MS = 10 * 60_000
const MIGRATIONS_DIR = join(import.meta.dirname, '../../../migrations')

/**
 * Runs every migration that has not run, in order, in one transaction under an advisory lock: of two processes that
 * start at once, one migrates and the other waits. Returns the names of those that ran.
 * Throws `database.migration_failed`, also when the database is newer than this code.
 */
export async function migrateToLatest(db: RootDb): Promise<string[]> {
  const startedAtMs = performance.now()
  for (;;) {
    try {
      return await run(createMigrator(db).migrateToLatest())
    } catch (error) {
      const isWaitedFor = error instanceof AppError && isLockTimeout(error.cause)
      if (!isWaitedFor || performance.now() - startedAtMs > MAX_WAIT_MS) throw error
    }
  }
}

/** Undoes everything. For tests of the `down` functions. */
export async function migrateToNothing(db: RootDb): Promise<string[]> {
  const migrator = createMigrator(db)
  const undone: string[] = []
  for (;;) {
    const names = await run(migrator.migrateDown())
    if (names.length === 0) return undone
    undone.push(...names)
  }
}

export async function countPendingMigrations(db: RootDb): Promise<number> {
  const migrations = await createMigrator(db).getMigrations()
  return migrations.filter(({ executedAt }) => !executedAt).length
}

function createMigrator(db: RootDb): Migrator {
  // Work that was merged later may have the lower number: a database that is ahead of it gets it all the same.
  return new Migrator({ db, provider, allowUnorderedMigrations: true })
}

async function run(work: ReturnType<Migrator['migrateToLatest']>): Promise<string[]> {
  const { error, results = [] } = await work
  if (isDatabaseUnavailable(error)) throw databaseUnreachable(error)
  if (error) throw migrationFailed(error)
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName)
}

const provider: MigrationProvider = {
  async getMigrations() {
    const files = (await readdir(MIGRATIONS_DIR)).filter((file) => /^\d{4}-.*\.ts$/.test(file)).sort()
    const entries = files.map(async (file): Promise<[string, Migration]> => {
      const migration: Migration = await import(pathToFileURL(join(MIGRATIONS_DIR, file)).href)
      return [file.replace(/\.ts$/, ''), unlimited(migration)]
    })
    return Object.fromEntries(await Promise.all(entries))
  },
}

/** A large table takes as long as it takes. */
const unlimited = ({ up, down }: Migration): Migration => ({
  async up(db) {
    await sql.raw(UNLIMITED).execute(db)
    await up(db)
  },
  async down(db) {
    await sql.raw(UNLIMITED).execute(db)
    await down?.(db)
  },
})

const databaseUnreachable = (cause: unknown) =>
  new AppError(
    'unavailable',
    'database.unreachable',
    `The database cannot be reached: ${reasonOf(cause)}. Check DATABASE_URL and that the server is running`,
    { cause },
  )

/** An attempt at several addresses has no message of its own. */
const reasonOf = (cause: unknown): string =>
  cause instanceof AggregateError
    ? reasonOf(cause.errors[0])
    : cause instanceof Error
      ? cause.message
      : String(cause)

const migrationFailed = (cause: unknown) =>
  new AppError(
    'internal',
    'database.migration_failed',
    `The database could not be brought to this version's tables: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  )
