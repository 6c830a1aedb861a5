import type { Compilable, CompiledQuery, QueryCreator } from 'kysely'
import type { Db } from './db.ts'
import type { DB } from './schema.ts'
import { NO_PART, type StatementPart } from './statement-part.ts'

/** Where in what is given a value stands that will be filled in. */
const paths = new WeakMap<object, readonly string[]>()

/** Stands for whatever is given: all that can be had of it is another blank. */
function blankAt(path: readonly string[]): object {
  const blank: object = new Proxy(Object.create(null), {
    get: (_, name) => (typeof name === 'symbol' ? undefined : blankAt([...path, name])),
  })
  paths.set(blank, path)
  return blank
}

type Build<Given, Row> = (statement: QueryCreator<DB>, given: Given) => Compilable<Row>

/**
 * A statement that every request asks: built and compiled the first time only (for each shape of a part that comes with
 * it), for that takes longer than to send it. `build` may put what it is given into the statement as values, and must not
 * look at it: it is given blanks.
 */
export function compiledOnce<Given extends object, Row>(build: Build<Given, Row>) {
  const toQuery = queryCompiledOnce(build)
  return async (db: Db, own: Given, part?: StatementPart): Promise<Row[]> => {
    const { rows } = await db.executeQuery(toQuery(db, own, part))
    return rows
  }
}

/** The same, not asked. */
export function queryCompiledOnce<Given extends object, Row>(build: Build<Given, Row>) {
  const compiled = new Map<string, CompiledQuery<Row>>()
  const compile = (db: Db, { shape, add }: StatementPart) => {
    const query = build(add(db, blankAt(['part'])), blankAt(['own']) as Given).compile()
    compiled.set(shape, query)
    return query
  }
  return (db: Db, own: Given, part: StatementPart = NO_PART): CompiledQuery<Row> => {
    const known = compiled.get(part.shape) ?? compile(db, part)
    return { ...known, parameters: known.parameters.map((value) => filled(value, { own, part: part.given })) }
  }
}

function filled(value: unknown, given: object): unknown {
  const path = typeof value === 'object' && value !== null ? paths.get(value) : undefined
  if (path === undefined) return value
  return path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
    given,
  )
}
