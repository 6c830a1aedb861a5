import type { Compilable, CompiledQuery } from 'kysely'
import type { Db } from './db.ts'

/** Stands in a compiled statement for a value that is given each time. */
class Blank {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * A statement that every request asks: built and compiled the first time only, for that takes longer than sending it.
 * `build` may put what it is given into the statement as values, and must not look at it: it is given blanks.
 */
export function compiledOnce<Given extends object, Row>(
  build: (db: Db, given: Given) => Compilable<Row>,
): (db: Db, given: Given) => Promise<Row[]> {
  const blanks = new Proxy<object>({}, { get: (_, name) => new Blank(String(name)) }) as Given
  let compiled: CompiledQuery<Row> | undefined
  return async (db, given) => {
    compiled ??= build(db, blanks).compile()
    const parameters = compiled.parameters.map((value) =>
      value instanceof Blank ? Reflect.get(given, value.name) : value,
    )
    const query: CompiledQuery<Row> = { ...compiled, parameters }
    const { rows } = await db.executeQuery(query)
    return rows
  }
}
