import type pg from 'pg'
import { isStalePlan } from './error-codes.ts'

/** Each is kept by the server process of each connection, and takes 60 kB there or, when it is long, more. */
const MOST = 96

const WHO_ANSWERS = { text: 'select pg_backend_pid() as pid', query_timeout: 5_000 }

const names = new Map<string, string>()
const seenOnce = new Set<string>()

/** Connections to one server process each: a pooler (pgbouncer) may lend another one to each transaction. */
const direct = new WeakSet<pg.ClientBase>()

/**
 * From now on the server parses a statement of this connection once and not every time: a short one is answered in half
 * the time. Only where the server process is always the same: another one knows nothing of the statement.
 */
export async function prepareStatements(client: pg.ClientBase): Promise<void> {
  if (!(await isDirect(client))) return
  direct.add(client)
  const ask = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
  const prepared = async (text: string, values: unknown[]) => {
    try {
      return await ask({ name: nameFor(client, text), text, values })
    } catch (error) {
      noteFailure(client, error)
      throw error
    }
  }
  const query = (text: unknown, values: unknown, ...rest: unknown[]) =>
    typeof text === 'string' && Array.isArray(values) && values.length > 0 && rest.length === 0
      ? prepared(text, values)
      : ask(text, values, ...rest)
  client.query = query as typeof client.query
}

/** Whether the session is ours alone. */
export const isDirectConnection = (client: pg.ClientBase) => direct.has(client)

/** The name by which a statement is kept; `undefined`: it is parsed each time. */
export const nameFor = (client: pg.ClientBase, text: string) =>
  direct.has(client) ? nameOf(text) : undefined

/** Where a table was changed under a statement, its connection goes on without names. */
export function noteFailure(client: pg.ClientBase, error: unknown): void {
  if (isStalePlan(error)) direct.delete(client)
}

/** A pooler gives a number of its own for the server process, to pass on cancellations. */
async function isDirect(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>(WHO_ANSWERS)
  return rows[0]?.pid === Reflect.get(client, 'processID')
}

/** `undefined`: parsed each time. A text gets its name when it comes again, for some are never asked a second time. */
function nameOf(text: string): string | undefined {
  const name = names.get(text)
  if (name !== undefined || names.size >= MOST) return name
  if (seenOnce.delete(text)) {
    const given = `malgil_${names.size}`
    names.set(text, given)
    return given
  }
  if (seenOnce.size >= MOST) seenOnce.clear()
  seenOnce.add(text)
  return undefined
}
