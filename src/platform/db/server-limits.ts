import type pg from 'pg'
import { isDirectConnection } from './prepared-statements.ts'

/** What the server itself ends: nobody may wait for it, or hold a connection, for longer. */
export type ServerLimits = { statementMs: number; lockMs: number }

export const SERVER_LIMITS: ServerLimits = { statementMs: 20_000, lockMs: 3_000 }

/** For a transaction that may take as long as it takes. */
export const UNLIMITED =
  "select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)"

/**
 * A connection of our own is told once. Through a pooler each transaction is told when it begins, for the next one may be
 * another session's; single statements are bound by the pooler's settings alone.
 */
export async function limitConnection(client: pg.ClientBase, limits: ServerLimits): Promise<void> {
  const { statementMs, lockMs } = limits
  if (isDirectConnection(client)) {
    await client.query(`set statement_timeout = ${statementMs}; set lock_timeout = ${lockMs}`)
    return
  }
  const begin = `begin; set local statement_timeout = ${statementMs}; set local lock_timeout = ${lockMs}`
  const ask = client.query.bind(client) as (...args: unknown[]) => unknown
  const query = (text: unknown, ...rest: unknown[]) => (text === 'begin' ? ask(begin) : ask(text, ...rest))
  client.query = query as typeof client.query
}
