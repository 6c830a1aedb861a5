import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { withTransaction } from '#platform/db/db.ts'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { type Database, openDatabase } from '#platform/db/open-database.ts'
import { type ServerLimits, UNLIMITED } from '#platform/db/server-limits.ts'
import { toAppError } from '#platform/http/error-handler.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { createServerDatabase, isOnServer } from '../support/test-database.ts'

const QUERY_TIMEOUT_MS = 300

let close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const step of close.toReversed()) await step()
  close = []
})

/** A database behind a proxy, whose queries time out soon. */
async function givenProxied(
  limits?: ServerLimits,
): Promise<{ database: Database; proxy: TcpProxy; url: string }> {
  const server = await createServerDatabase('empty')
  const url = new URL(server.url)
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  const database = await openDatabase(
    {
      engine: 'server',
      url: url.href,
      maxConnections: 2,
      ...(limits ? { limits } : { queryTimeoutMs: QUERY_TIMEOUT_MS }),
    },
    { onIdleError: () => {} },
  )
  close.push(server.drop, proxy.close, database.close)
  return { database, proxy, url: server.url }
}

const ask = ({ db }: Database) => sql`select 1`.execute(db)

describe.runIf(isOnServer)('connections to a server', () => {
  test('that went silent are not lent again: the pool heals by itself (faults.md E8)', async () => {
    const { database, proxy } = await givenProxied()
    await Promise.all([ask(database), ask(database)])
    proxy.goSilent()

    const first = await Promise.allSettled([ask(database), ask(database)])

    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(
      first.every((outcome) => outcome.status === 'rejected' && isDatabaseUnavailable(outcome.reason)),
    ).toBe(true)
    await expect(Promise.all([ask(database), ask(database), ask(database)])).resolves.toHaveLength(3)
  })

  test('that went silent for a query that is answered before its commit are not lent again (faults.md E8)', async () => {
    const { database, proxy } = await givenProxied()
    const { askAhead } = database
    const one = sql<{ one: number }>`select 1 as one`.compile(database.db)
    const first = await askAhead(one)
    await first.stored
    proxy.goSilent()

    await expect(askAhead(one)).rejects.toThrow('Query read timeout')

    const second = await askAhead(one)
    await second.stored
    expect(second.row).toEqual({ one: 1 })
  })

  test('leave two for keys and readiness when all others wait for a locked table (faults.md E4)', async () => {
    const { database } = await givenProxied()
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holders = [1, 2].map(() =>
      database.db.connection().execute(async () => {
        locked.resolve()
        await held
      }),
    )
    await locked.promise

    await expect(sql`select 1`.execute(database.reservedDb)).resolves.toBeDefined()

    letGo()
    await Promise.all(holders)
  })

  test('wait no longer for a locked table than others wait for them, and say that it is busy (faults.md E4)', async () => {
    const { database, url } = await givenProxied({ statementMs: 2_000, lockMs: 200 })
    const { db } = database
    await sql`create table locked (id int); create table open (id int)`.execute(db)
    const holder = await openDatabase({ engine: 'server', url, maxConnections: 1 }, { onIdleError: () => {} })
    close.push(holder.close)
    const isHeld = Promise.withResolvers<void>()
    const letGo = Promise.withResolvers<void>()
    const holding = withTransaction(holder.db, async (tx) => {
      await sql`lock table locked`.execute(tx)
      isHeld.resolve()
      await letGo.promise
    })
    await isHeld.promise

    const waiting = Array.from({ length: 6 }, () => sql`select * from locked`.execute(db))
    const others = sql`select * from open`.execute(db)
    const inTransaction = withTransaction(db, (tx) => sql`update locked set id = 1`.execute(tx))

    const refused = Promise.allSettled([...waiting, inTransaction])
    await expect(others).resolves.toMatchObject({ rows: [] })
    for (const outcome of await refused) {
      expect(toAppError('reason' in outcome ? outcome.reason : undefined)).toMatchObject({
        code: 'database.unavailable',
        message: 'The database is busy just now: try again',
      })
    }
    letGo.resolve()
    await holding
    await expect(sql`select * from locked`.execute(db)).resolves.toMatchObject({ rows: [] })
  })

  test('end a statement that takes too long, and migrations are not bound by that (faults.md E4)', async () => {
    const { database } = await givenProxied({ statementMs: 150, lockMs: 100 })
    const sleep = sql`select pg_sleep(0.4)`
    await expect(sleep.execute(database.db)).rejects.toMatchObject({ code: '57014' })
    const unlimited = withTransaction(database.db, async (tx) => {
      await sql.raw(UNLIMITED).execute(tx)
      return sleep.execute(tx)
    })
    await expect(unlimited).resolves.toBeDefined()
    await expect(sleep.execute(database.db)).rejects.toMatchObject({ code: '57014' })
  })

  test('that cannot be made are said to be unreachable, not a fault of the tables (faults.md E6)', async () => {
    const database = await openDatabase(
      { engine: 'server', url: 'postgres://a:b@127.0.0.1:1/x', maxConnections: 1 },
      { onIdleError: () => {} },
    )
    close.push(database.close)

    await expect(migrateToLatest(database.db)).rejects.toMatchObject({
      code: 'database.unreachable',
      message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED.* Check DATABASE_URL/),
    })
  })
})

describe.runIf(isOnServer)('a transaction', () => {
  test('that the server chose as the victim of a deadlock is run again (faults.md E5)', async () => {
    const { database } = await givenProxied()
    const { db } = database
    await sql`create table pairs (id int primary key, hits int not null)`.execute(db)
    await sql`insert into pairs values (1, 0), (2, 0)`.execute(db)
    let runs = 0
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const lockBoth = (first: number, second: number, place: number) =>
      withTransaction(db, async (tx) => {
        runs += 1
        await sql`update pairs set hits = hits + 1 where id = ${first}`.execute(tx)
        both[place]?.resolve()
        await Promise.all(both.map(({ promise }) => promise))
        await sql`update pairs set hits = hits + 1 where id = ${second}`.execute(tx)
      })
    await sql`alter database ${sql.ref((await sql<{ name: string }>`select current_database() as name`.execute(db)).rows[0]?.name ?? '')} set deadlock_timeout = '50ms'`.execute(
      db,
    )

    await Promise.all([lockBoth(1, 2, 0), lockBoth(2, 1, 1)])

    expect(runs).toBe(3)
    const { rows } = await sql`select id, hits from pairs order by id`.execute(db)
    expect(rows).toEqual([
      { id: 1, hits: 2 },
      { id: 2, hits: 2 },
    ])
  })
})
