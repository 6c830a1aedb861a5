/**
 * Loaded into a measured process before its own code (`--import`). Answers its parent's `measure` with what the process
 * has used so far, after a collection of garbage, and counts what it asks of the database.
 */
import pg from 'pg'

export type Probed = {
  cpuMs: number
  rssKb: number
  heapKb: number
  statements: number
  commits: number
}

const counted = { statements: 0, commits: 0 }
const query = pg.Client.prototype.query
const inTransaction = new WeakSet<pg.Client>()

/** A write outside of a transaction is committed by itself; a transaction counts once, at its end. */
function count(client: pg.Client, text: string): void {
  counted.statements += 1
  if (/^\s*(begin|start)/i.test(text)) inTransaction.add(client)
  else if (/^\s*(commit|rollback)/i.test(text)) {
    inTransaction.delete(client)
    if (/^\s*commit/i.test(text)) counted.commits += 1
  } else if (
    !inTransaction.has(client) &&
    /^\s*(insert|update|delete|with\b.*\b(insert|update|delete)\b)/is.test(text)
  )
    counted.commits += 1
}

pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  const [what] = given
  const text = typeof what === 'object' && what !== null ? Reflect.get(what, 'text') : what
  if (typeof text === 'string') count(this, text)
  return Reflect.apply(query, this, given)
}

process.on('message', (message) => {
  if (message !== 'measure') return
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({
    cpuMs: (user + system) / 1_000,
    rssKb: rss / 1_024,
    heapKb: (heapUsed + external) / 1_024,
    ...counted,
  })
})
// A channel to the parent alone keeps no process alive.
process.channel?.unref()
