import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'

/** What a transaction that inserts into the table runs into at its very end, in PL/pgSQL, until it is disposed of. */
export async function givenAtCommit(db: Db, table: string, what: string): Promise<AsyncDisposable> {
  await sql`create function at_commit() returns trigger language plpgsql as
    ${sql.lit(`begin ${what}; return null; end`)}`.execute(db)
  await sql`create constraint trigger at_commit after insert on ${sql.table(table)} deferrable initially deferred
    for each row execute function at_commit()`.execute(db)
  return {
    async [Symbol.asyncDispose]() {
      await sql`drop function at_commit() cascade`.execute(db)
    },
  }
}
