import type pg from 'pg'

/** Each is kept by each connection's server process, which takes some 50 kB for a large one. */
const MOST = 128

const WHO_ANSWERS = { text: 'select pg_backend_pid() as pid', query_timeout: 5_000 }

const names = new Map<string, string>()
const seenOnce = new Set<string>()

/**
 * From now on the server parses a statement of this connection once and not every time; for a short one that is half of its
 * work. Only on a connection to one server process: a pooler (pgbouncer) may lend another one to each transaction, and
 * that one knows nothing of the statement.
 */
export async function prepareStatements(client: pg.ClientBase): Promise<void> {
  if (!(await isDirect(client))) return
  const ask = client.query.bind(client) as (...args: unknown[]) => unknown
  const query = (text: unknown, values: unknown, ...rest: unknown[]) =>
    isStatement(text, values) && rest.length === 0
      ? ask({ name: nameOf(text), text, values })
      : ask(text, values, ...rest)
  client.query = query as typeof client.query
}

/** A pooler gives a number of its own for the server process, to pass on cancellations. */
async function isDirect(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>(WHO_ANSWERS)
  return rows[0]?.pid === Reflect.get(client, 'processID')
}

const isStatement = (text: unknown, values: unknown): text is string =>
  typeof text === 'string' && Array.isArray(values) && values.length > 0

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
