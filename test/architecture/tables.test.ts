import { posix } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '#platform/db/open-database.ts'
import { openTestDatabase } from '../support/test-database.ts'
import { listSourceFiles } from './source-files.ts'

/** Finds a user by an app's own id: it is looked up before the user is known. */
const DIRECTORIES = ['user_external_ids']

let database: Database
let tables: string[]

beforeAll(async () => {
  database = await openTestDatabase()
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_name not like 'kysely%'`.execute(database.db)
  tables = rows.map(({ name }) => name)
})
afterAll(() => database.close())

describe('tables', () => {
  test('each is named by the query files of one folder only', () => {
    const uses = listSourceFiles()
      .filter(({ path }) => path !== 'platform/db/schema.ts')
      .flatMap(({ path, text }) =>
        tables.filter((name) => namesTable(text, name)).map((table) => ({ path, table })),
      )
    const strays = uses.filter(({ path }) => !/(^|[/-])queries\.ts$/.test(path))
    const owners = Map.groupBy(uses, ({ table }) => table)
    const folders = [...owners].map(([table, files]) => ({
      table,
      folders: new Set(files.map(({ path }) => posix.dirname(path))),
    }))
    expect(strays).toEqual([])
    expect(folders.filter((owner) => owner.folders.size > 1)).toEqual([])
    expect(tables.filter((table) => !owners.has(table))).toEqual([])
  })

  test('those of a user have user_id first in the primary key and in every unique key', async () => {
    const { rows } = await sql<{ table: string; index: string; columns: string[] }>`
      select c.relname as table, i.relname as index,
        (select array_agg(a.attname::text order by k.n) from unnest(x.indkey::int[]) with ordinality k(attnum, n)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as columns
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
      join pg_namespace s on s.oid = c.relnamespace
      where s.nspname = 'public' and x.indisunique
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id')`.execute(
      database.db,
    )
    const wrong = rows.filter(
      ({ table, columns }) => !DIRECTORIES.includes(table) && columns[0] !== 'user_id',
    )
    expect(rows.length).toBeGreaterThan(8)
    expect(wrong).toEqual([])
  })

  test('foreign keys between tables of a user carry user_id on both sides', async () => {
    const { rows } = await sql<{ name: string; from: string[]; to: string[] }>`
      select k.conname as name,
        (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey)) as from,
        (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = k.confrelid and a.attnum = any (k.confkey)) as to
      from pg_constraint k
      where k.contype = 'f'
        and exists (select from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'user_id')
        and exists (select from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'user_id')`.execute(
      database.db,
    )
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.filter(({ from, to }) => !from.includes('user_id') || !to.includes('user_id'))).toEqual([])
  })

  test('every time is a timestamptz', async () => {
    const { rows } = await sql`
      select table_name, column_name from information_schema.columns
      where table_schema = 'public' and data_type = 'timestamp without time zone'`.execute(database.db)
    expect(rows).toEqual([])
  })
})

/** In a query builder call (`'users'`, `'users as u'`, `users.user_id`) or in raw SQL after a keyword. */
function namesTable(text: string, table: string): boolean {
  const quoted = new RegExp(
    `(?:From|Into|update[A-Z]\\w*|Table|[jJ]oin|deleteFrom)\\(\\s*['"]${table}(?: as \\w+)?['"]`,
  )
  const raw = new RegExp(`\\b(?:from|into|update|join|truncate)\\s+${table}\\b`, 'i')
  return quoted.test(text) || raw.test(text)
}
