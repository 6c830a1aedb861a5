import type { CompiledQuery } from 'kysely'
import pg from 'pg'
import { refuseInsideTransaction } from './db.ts'
import { nameFor, noteFailure } from './prepared-statements.ts'
import { destroyIfStuck } from './stuck-connections.ts'

/** `row`: what will be stored, once `stored` resolves; where that rejects, nobody knows whether it was. */
export type Ahead<Row> = { row: Row | undefined; stored: Promise<void> }

/**
 * Asks a statement of one row in a transaction of its own, and has the row before the transaction is committed: what the
 * row is needed for can begin while the disk is waited for. Rejects where it fails before it has a row.
 */
export type AskAhead = <Row>(query: CompiledQuery<Row>) => Promise<Ahead<Row>>

export function createAskAhead(pool: pg.Pool): AskAhead {
  return async <Row>({ sql: text, parameters }: CompiledQuery<Row>) => {
    refuseInsideTransaction()
    const client = await pool.connect()
    const ended = Promise.withResolvers<void>()
    const named = { name: nameFor(client, text), text, values: [...parameters] }
    const query = new pg.Query(named, (error) => (error ? ended.reject(error) : ended.resolve()))
    const row = new Promise<Row>((resolve) => query.once('row', resolve))
    client.query(flushed(query))
    const stored = ended.promise
      .catch((error: unknown) => {
        noteFailure(client, error)
        destroyIfStuck(client, error)
        throw error
      })
      .finally(() => client.release())
    return { row: await Promise.race([row, stored.then(() => undefined)]), stored }
  }
}

/**
 * What the statement answers is sent at once and not together with the end of its transaction, as it would be: a server
 * ends it at `Sync` (PostgreSQL's manual, "Extended Query"), before which we ask it to send what it has.
 */
function flushed(query: pg.Query): pg.Query {
  const submit = query.submit
  query.submit = (connection) => {
    const sync = () => {
      connection.flush()
      connection.sync()
    }
    return submit.call(query, Object.create(connection, { sync: { value: sync } }))
  }
  return query
}
