import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compiledOnce, queryCompiledOnce } from '#platform/db/compiled-once.ts'
import { type Db, withTransaction } from '#platform/db/db.ts'
import type { Database } from '#platform/db/open-database.ts'
import { prepareStatements } from '#platform/db/prepared-statements.ts'
import { NO_PART, runPart, type StatementPart, withPart } from '#platform/db/statement-part.ts'
import { givenAtCommit } from '../support/at-commit.ts'
import { emptyTables, isOnServer, openTestDatabase } from '../support/test-database.ts'

const ID = '019a0000-0000-7000-8000-00000000000'
const app = (number: number, name: string) => ({ app_id: `${ID}${number}`, name })

let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
})
beforeEach(() => emptyTables(database))
afterAll(() => database.close())

const namesOf = async (db: Db) =>
  (await db.selectFrom('apps').select('name').orderBy('name').execute()).map(({ name }) => name)

describe('a statement', () => {
  /** Whatever connections there are: each of a transaction's statements is asked on the same one. */
  const onOneConnection = <T>(work: (db: Db) => Promise<T>) => withTransaction(database.db, work)

  test('is prepared when it comes again, and takes other values each time', async () => {
    await onOneConnection(async (db) => {
      const ask = async (value: number) => {
        const { rows } = await sql<{ twice: number }>`select ${value}::int * 2 as twice`.execute(db)
        return rows[0]?.twice
      }
      expect([await ask(1), await ask(2), await ask(3)]).toEqual([2, 4, 6])
      const prepared = await sql<{ name: string; used: number }>`
        select name, custom_plans + generic_plans as used from pg_prepared_statements where statement like '%twice'`
      expect((await prepared.execute(db)).rows).toEqual([
        { name: expect.stringMatching(/^malgil_/), used: 2 },
      ])
    })
  })

  test('goes on where a table was changed under it', async () => {
    await sql`create table changing (value int)`.execute(database.db)
    await sql`insert into changing values (7)`.execute(database.db)
    // One connection: those of a pool are lent in turn when they are asked one after the other.
    const ask = () => sql`select * from changing where value = ${7}`.execute(database.db)
    try {
      for (let time = 0; time < 3; time += 1) expect((await ask()).rows).toEqual([{ value: 7 }])
      await sql`alter table changing add column other int`.execute(database.db)
      await ask().catch((error: unknown) => expect(error).toMatchObject({ code: '0A000' }))
      expect((await ask()).rows).toEqual([{ value: 7, other: null }])
    } finally {
      await sql`drop table changing`.execute(database.db)
    }
  })

  test.each([
    ['of a pooler is never prepared', 4711, undefined],
    ['of a server is', 42, expect.stringMatching(/^malgil_/)],
  ])('on a connection %s', async (_, answering, name) => {
    const asked: unknown[] = []
    const client = {
      processID: 42,
      query(...what: unknown[]) {
        asked.push(what)
        return Promise.resolve({ rows: [{ pid: answering }] })
      },
    }
    await prepareStatements(client as never)
    asked.length = 0
    for (let time = 0; time < 3; time += 1) await client.query('select $1 as pooled', [time])
    const named = { name, text: 'select $1 as pooled', values: [2] }
    expect(asked.at(-1)).toEqual(name === undefined ? ['select $1 as pooled', [2]] : [named])
  })
})

describe('a statement that is asked ahead', () => {
  const insert = queryCompiledOnce((statement, { id, name }: { id: string; name: string }) =>
    statement.insertInto('apps').values({ app_id: id, name }).returning('name'),
  )
  const rename = queryCompiledOnce((statement, { from, to }: { from: string; to: string }) =>
    statement.updateTable('apps').set({ name: to }).where('name', '=', from).returning('name'),
  )
  const ask = (query: ReturnType<typeof insert>) => database.askAhead(query)

  test('has its row before it is committed', async () => {
    await using _slow = await givenAtCommit(database.db, 'apps', 'perform pg_sleep(0.3)')
    const { row, stored } = await ask(insert(database.db, { id: `${ID}1`, name: 'one' }))
    expect(row).toEqual({ name: 'one' })
    // The embedded database has one connection, which is not given back before.
    if (isOnServer) expect(await namesOf(database.db)).toEqual([])
    await stored
    expect(await namesOf(database.db)).toEqual(['one'])
  })

  test('has none where there is none, and takes other values each time', async () => {
    expect(await ask(rename(database.db, { from: 'one', to: 'two' }))).toMatchObject({ row: undefined })
    for (const [number, name] of ['one', 'three', 'four'].entries()) {
      const { row, stored } = await ask(insert(database.db, { id: `${ID}${number}`, name }))
      expect(row).toEqual({ name })
      await stored
    }
    const renamed = await ask(rename(database.db, { from: 'one', to: 'two' }))
    expect(renamed.row).toEqual({ name: 'two' })
    await renamed.stored
    expect(await namesOf(database.db)).toEqual(['four', 'three', 'two'])
  })

  test('says so where it was not committed', async () => {
    await using _refusing = await givenAtCommit(database.db, 'apps', "raise exception 'not now'")
    const { stored } = await ask(insert(database.db, { id: `${ID}1`, name: 'one' }))
    await expect(stored).rejects.toMatchObject({ message: 'not now' })
    expect(await namesOf(database.db)).toEqual([])
  })

  test('fails as any other, and its connection is lent again', async () => {
    await database.db.insertInto('apps').values(app(1, 'one')).execute()
    for (let time = 0; time < 20; time += 1) {
      const twin = ask(insert(database.db, { id: `${ID}1`, name: 'twin' }))
      await expect(twin).rejects.toMatchObject({ code: '23505' })
    }
    expect(await namesOf(database.db)).toEqual(['one'])
  })

  test('is refused inside of a transaction, which it is no part of', async () => {
    const inside = withTransaction(database.db, () => ask(rename(database.db, { from: 'one', to: 'two' })))
    await expect(inside).rejects.toThrow('inside a transaction')
  })

  test('goes on where a table was changed under it', async () => {
    await database.db.insertInto('apps').values(app(1, 'one')).execute()
    const touch = queryCompiledOnce((statement, { name }: { name: string }) =>
      statement.updateTable('apps').set({ name }).where('name', '=', name).returningAll(),
    )
    const askAll = () => database.askAhead(touch(database.db, { name: 'one' })).then(({ stored }) => stored)
    try {
      for (let time = 0; time < 3; time += 1) await askAll()
      await sql`alter table apps add column other int`.execute(database.db)
      await askAll().catch((error: unknown) => expect(error).toMatchObject({ code: '0A000' }))
      await askAll()
    } finally {
      await sql`alter table apps drop column if exists other`.execute(database.db)
    }
  })
})

describe('a statement that is compiled once', () => {
  let built = 0
  const findName = compiledOnce((db, { id, name }: { id: string; name: string | null }) => {
    built += 1
    return db
      .selectFrom('apps')
      .select(['name', sql<string | null>`${name}::text`.as('given')])
      .where('app_id', '=', id)
  })

  test('takes other values each time, and none', async () => {
    const { db } = database
    await db
      .insertInto('apps')
      .values([app(1, 'one'), app(2, 'two')])
      .execute()
    expect(await findName(db, { id: `${ID}1`, name: 'a' })).toEqual([{ name: 'one', given: 'a' }])
    expect(await findName(db, { id: `${ID}2`, name: null })).toEqual([{ name: 'two', given: null }])
    expect(await findName(db, { id: `${ID}3`, name: 'c' })).toEqual([])
    expect(built).toBe(1)
  })

  test('is asked inside of a transaction as well', async () => {
    const seen = await withTransaction(database.db, async (tx) => {
      await tx.insertInto('apps').values(app(1, 'not yet for others')).execute()
      return findName(tx, { id: `${ID}1`, name: '' })
    })
    expect(seen).toMatchObject([{ name: 'not yet for others' }])
  })
})

describe('a part of a statement', () => {
  const adding = (name: string): StatementPart => ({
    shape: 'add an app',
    given: app(1, name),
    add: (statement, given: ReturnType<typeof app>) =>
      statement.with('added', (part) =>
        part.insertInto('apps').values({ app_id: given.app_id, name: given.name }),
      ),
  })

  test('is stored with it', async () => {
    await withPart(database.db, adding('part')).insertInto('apps').values(app(2, 'whole')).execute()
    expect(await namesOf(database.db)).toEqual(['part', 'whole'])
  })

  test('is not stored where the rest of it fails', async () => {
    const twin = withPart(database.db, adding('part')).insertInto('apps').values(app(2, 'part')).execute()
    await expect(twin).rejects.toMatchObject({ code: '23505' })
    expect(await namesOf(database.db)).toEqual([])
  })

  test('is stored with one that is compiled once, each time with its own values', async () => {
    const rename = compiledOnce((statement, { id, name }: { id: string; name: string }) =>
      statement.updateTable('apps').set({ name }).where('app_id', '=', id).returning('name'),
    )
    await database.db.insertInto('apps').values(app(2, 'before')).execute()
    const renamed = await rename(database.db, { id: `${ID}2`, name: 'after' }, adding('first'))
    expect(renamed).toEqual([{ name: 'after' }])
    await database.db.deleteFrom('apps').where('app_id', '=', `${ID}1`).execute()
    await rename(database.db, { id: `${ID}2`, name: 'later' }, adding('second'))
    expect(await namesOf(database.db)).toEqual(['later', 'second'])
    await rename(database.db, { id: `${ID}2`, name: 'at last' })
    expect(await namesOf(database.db)).toEqual(['at last', 'second'])
  })

  test('can be stored alone; none asks nothing', async () => {
    await runPart(database.db, adding('part'))
    await runPart(database.db, NO_PART)
    expect(await namesOf(database.db)).toEqual(['part'])
  })
})
