import { type CommonTableExpression, type QueryCreator, sql } from 'kysely'
import type { Db } from './db.ts'
import type { DB } from './schema.ts'

/**
 * What one part of the program writes by a statement of another's, in front of it: both are stored or neither, in one
 * trip, and neither sees what the other one changes.
 */
export type StatementPart = (statement: QueryCreator<DB>) => QueryCreator<DB>

export const NO_PART: StatementPart = (statement) => statement

/** For names that are not known beforehand, which Kysely's types cannot follow. */
export const withPart = <Name extends string>(
  statement: QueryCreator<DB>,
  name: Name,
  part: CommonTableExpression<DB, Name>,
) => statement.with(name, part) as unknown as QueryCreator<DB>

/** Where there is no other statement. */
export async function runPart(db: Db, part: StatementPart): Promise<void> {
  if (part !== NO_PART) await part(db).selectNoFrom(sql`1`.as('done')).execute()
}
