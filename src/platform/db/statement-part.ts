import { type CommonTableExpression, type QueryCreator, sql } from 'kysely'
import type { Db } from './db.ts'
import type { DB } from './schema.ts'

/**
 * What one part of the program writes by a statement of another's, in front of it: both are stored or neither, in one
 * trip, and neither sees what the other one changes.
 */
export type StatementPart = {
  /** Parts of one shape add the same text, and differ in nothing but what is given. */
  shape: string
  given: object
  /** Puts what is given into the statement as values, and does not look at it: see `compiledOnce`. */
  add(statement: QueryCreator<DB>, given: object): QueryCreator<DB>
}

export const NO_PART: StatementPart = { shape: '', given: {}, add: (statement) => statement }

export const withPart = (db: Db, { given, add }: StatementPart) => add(db, given)

/** The one, then the other. */
export function bothParts(one: StatementPart, other: StatementPart): StatementPart {
  if (one === NO_PART || other === NO_PART) return one === NO_PART ? other : one
  return {
    shape: `${one.shape}, ${other.shape}`,
    given: { one: one.given, other: other.given },
    add: (statement, given: { one: object; other: object }) =>
      other.add(one.add(statement, given.one), given.other),
  }
}

/** The first `count`, of which something may be given that is no list yet. */
export const firstOf = <Item>(items: readonly Item[], count: number): Item[] =>
  Array.from({ length: count }, (_, at) => items[at]).filter((item) => item !== undefined)

/** For names that are not known beforehand, which Kysely's types cannot follow. */
export const withNamed = <Name extends string>(
  statement: QueryCreator<DB>,
  name: Name,
  part: CommonTableExpression<DB, Name>,
) => statement.with(name, part) as unknown as QueryCreator<DB>

/** Where there is no other statement. */
export async function runPart(db: Db, part: StatementPart): Promise<void> {
  if (part !== NO_PART) await withPart(db, part).selectNoFrom(sql`1`.as('done')).execute()
}
