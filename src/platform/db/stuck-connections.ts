import pg from 'pg'

/** What `pg` says when no answer came within `query_timeout`. The server may still be at work, or be gone. */
const TIMED_OUT = /^Query read timeout/

/**
 * From now on a connection is destroyed when a query on it times out. Nobody knows what its server does by then: lent
 * again, it would let every later query time out as well. The pool drops a destroyed connection by itself.
 */
export function destroyWhenStuck(client: pg.ClientBase): void {
  const ask = client.query.bind(client) as (...args: unknown[]) => unknown
  const watched = (...args: unknown[]) => {
    const asked = ask(...args)
    return asked instanceof Promise ? asked.catch((error: unknown) => fail(client, error)) : asked
  }
  client.query = watched as typeof client.query
}

/** For a query that is followed by callbacks instead of a promise, before its connection is released. */
export function destroyIfStuck(client: pg.ClientBase, error: unknown): void {
  if (error instanceof Error && TIMED_OUT.test(error.message)) destroy(client)
}

function fail(client: pg.ClientBase, error: unknown): never {
  destroyIfStuck(client, error)
  throw error
}

/** `end` tells the pool at once not to lend it again; it may wait for an answer, so the socket is destroyed as well. */
function destroy(client: pg.ClientBase): void {
  if (client instanceof pg.Client) void client.end().catch(() => {})
  const connection: unknown = Reflect.get(client, 'connection')
  const stream = typeof connection === 'object' && connection ? Reflect.get(connection, 'stream') : undefined
  if (typeof stream?.destroy === 'function') stream.destroy()
}
