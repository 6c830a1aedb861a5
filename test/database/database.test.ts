import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { down } from '#migrations/0011-releases.ts'
import { withTransaction } from '#platform/db/db.ts'
import { lockDataDir } from '#platform/db/embedded/data-dir-lock.ts'
import { isDatabaseUnavailable, isUniqueViolation } from '#platform/db/error-codes.ts'
import { countPendingMigrations, migrateToLatest, migrateToNothing } from '#platform/db/migrate.ts'
import { type Database, openDatabase } from '#platform/db/open-database.ts'
import { openTestDatabase } from '../support/test-database.ts'

const quiet = { onIdleError: () => {} }

describe('migrations', () => {
  test('run up, down and up again, and running them twice changes nothing', async () => {
    const database = await openTestDatabase()
    try {
      expect(await migrateToLatest(database.db)).toEqual([])
      const undone = await migrateToNothing(database.db)
      expect(undone.length).toBeGreaterThan(3)
      expect(await countPendingMigrations(database.db)).toBe(undone.length)
      expect(await migrateToLatest(database.db)).toEqual(undone.toReversed())
      const [first, second] = await Promise.all([migrateToLatest(database.db), migrateToLatest(database.db)])
      expect([first, second]).toEqual([[], []])
    } finally {
      await database.close()
    }
  })

  test('with a lower number than one that has run are made up for', async () => {
    const database = await openTestDatabase()
    try {
      await down(database.db as unknown as Kysely<unknown>)
      await sql`delete from kysely_migration where name = '0011-releases'`.execute(database.db)
      expect(await migrateToLatest(database.db)).toEqual(['0011-releases'])
      expect(await migrateToLatest(database.db)).toEqual([])
    } finally {
      await database.close()
    }
  })

  test('refuse a database that is newer than this code (faults.md E10)', async () => {
    const database = await openTestDatabase()
    try {
      await sql`insert into kysely_migration (name, timestamp) values ('9999-from-the-future', now()::text)`.execute(
        database.db,
      )
      await expect(migrateToLatest(database.db)).rejects.toMatchObject({ code: 'database.migration_failed' })
    } finally {
      await database.close()
    }
  })
})

describe('a database', () => {
  let database: Database
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database.close())

  const insertApp = (id: string, name: string) => ({ app_id: id, name })

  test('refuses the root database inside a transaction instead of waiting for ever (20 facts, 5)', async () => {
    const nested = withTransaction(database.db, async () => {
      await database.db.selectFrom('apps').select('app_id').execute()
    })
    await expect(nested).rejects.toThrow('inside a transaction')
    expect(await database.db.selectFrom('apps').select('app_id').execute()).toEqual([])
  })

  test('rolls back what a failing transaction wrote, and serves the next one', async () => {
    const id = '019a0000-0000-7000-8000-000000000001'
    const failing = withTransaction(database.db, async (tx) => {
      await tx.insertInto('apps').values(insertApp(id, 'half')).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await database.db.selectFrom('apps').select('name').execute()).toEqual([])
  })

  test('names the constraint that refused a row, and calls that no outage', async () => {
    const row = insertApp('019a0000-0000-7000-8000-000000000002', 'twin')
    await database.db.insertInto('apps').values(row).execute()
    const error = await database.db
      .insertInto('apps')
      .values({ ...row, app_id: '019a0000-0000-7000-8000-000000000003' })
      .execute()
      .catch((cause: unknown) => cause)
    expect(isUniqueViolation(error, 'apps_name_key')).toBe(true)
    expect(isDatabaseUnavailable(error)).toBe(false)
  })

  test('can hold vectors', async () => {
    await sql`create extension if not exists vector`.execute(database.db)
    const { rows } = await sql<{
      distance: number
    }>`select '[0,3]'::vector <-> '[4,0]'::vector as distance`.execute(database.db)
    expect(rows).toEqual([{ distance: 5 }])
  })

  test('gives dates as days, counts as numbers and times as Date', async () => {
    const { rows } =
      await sql`select date '2026-11-21' as day, count(*) as count, now() as at from apps`.execute(
        database.db,
      )
    expect(rows[0]).toEqual({ day: '2026-11-21', count: expect.any(Number), at: expect.any(Date) })
  })
})

describe('the embedded database', () => {
  async function inTemporaryDir(work: (dataDir: string) => Promise<void>): Promise<void> {
    const dataDir = await mkdtemp(join(tmpdir(), 'malgil-db-'))
    await work(dataDir).finally(() => rm(dataDir, { recursive: true, force: true }))
  }

  test('keeps its rows when it is closed and opened again', () =>
    inTemporaryDir(async (dataDir) => {
      const first = await openDatabase({ engine: 'embedded', dataDir }, quiet)
      await sql`create table kept as select 7 as value`.execute(first.db)
      await first.close()
      const second = await openDatabase({ engine: 'embedded', dataDir }, quiet)
      const { rows } = await sql`select value from kept`.execute(second.db)
      await second.close()
      expect(rows).toEqual([{ value: 7 }])
    }))

  test('refuses a second process on its folder and names the first (faults.md E12)', () =>
    inTemporaryDir(async (dataDir) => {
      const unlock = lockDataDir(dataDir)
      const message = new RegExp(`in use by process ${process.pid}`)
      await expect(openDatabase({ engine: 'embedded', dataDir }, quiet)).rejects.toThrow(message)
      unlock()
      lockDataDir(dataDir)()
    }))

  test('takes over the lock of a process that has died', () =>
    inTemporaryDir(async (dataDir) => {
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
      await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: child.pid, bornAt: 'before' }))
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('exit', resolve))
      const unlock = lockDataDir(dataDir)
      expect(JSON.parse(await readFile(join(dataDir, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid })
      unlock()
    }))

  test.runIf(process.platform === 'linux')('takes over a lock whose process id now is another process', () =>
    inTemporaryDir(async (dataDir) => {
      await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: process.pid, bornAt: 'an earlier life' }))
      expect(() => lockDataDir(dataDir)()).not.toThrow()
    }),
  )

  test('says which folder cannot be written', () =>
    inTemporaryDir(async (dataDir) => {
      await writeFile(join(dataDir, 'file'), '')
      expect(() => lockDataDir(join(dataDir, 'file', 'inside'))).toThrow(
        /cannot be written: set MALGIL_DATA_DIR/,
      )
      await chmod(dataDir, 0o700)
    }))
})
