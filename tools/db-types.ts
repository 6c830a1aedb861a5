/**
 * `npm run db:types` migrates an empty embedded database and writes its tables as TypeScript types.
 * With `--check` it only compares, and fails when the committed file differs.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { generate, PostgresDialect, RawExpressionNode } from 'kysely-codegen'
import type { RootDb } from '#platform/db/db.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { openDatabase } from '#platform/db/open-database.ts'

const SCHEMA_FILE = new URL('../src/platform/db/schema.ts', import.meta.url)

const database = await openDatabase({ engine: 'memory' }, { onIdleError: () => {} })
await migrateToLatest(database.db)
const generated = await generate({
  db: database.db,
  dialect: new PostgresDialect(),
  defaultSchemas: ['public'],
  excludePattern: 'kysely_*',
  outFile: null,
  overrides: { columns: await listAllowedValues(database.db) },
})
await database.close()

if (!process.argv.includes('--check')) {
  await writeFile(SCHEMA_FILE, generated)
} else if ((await readFile(SCHEMA_FILE, 'utf8')) !== generated) {
  console.error('src/platform/db/schema.ts is not what the migrations make: run `npm run db:types`')
  process.exitCode = 1
}

/** `column in ('a', 'b')` checks as literal unions, so that the compiler knows what the database enforces. */
async function listAllowedValues(db: RootDb): Promise<Record<string, RawExpressionNode>> {
  const { rows } = await sql<{ column: string; definition: string }>`
    select c.relname || '.' || a.attname as column, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'c' and cardinality(k.conkey) = 1 and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%'
    order by 1`.execute(db)
  const { rows: defaulted } = await sql<{ column: string }>`
    select table_name || '.' || column_name as column from information_schema.columns
    where table_schema = 'public' and column_default is not null`.execute(db)
  const hasDefault = new Set(defaulted.map(({ column }) => column))
  return Object.fromEntries(
    rows.map(({ column, definition }) => {
      const type = [...definition.matchAll(/'([^']+)'::text/g)].map(([, value]) => `'${value}'`).join(' | ')
      return [column, new RawExpressionNode(hasDefault.has(column) ? `Generated<${type}>` : type)]
    }),
  )
}
