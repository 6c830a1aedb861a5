import pg from 'pg'

/** What was asked of the database; `commits` holds what each of them wrote, in order. */
export type Counted = { statements: number; commits: string[] }

const WRITE = /^\s*(insert|update|delete|with\b.*\b(insert|update|delete)\b)/is
const WRITTEN = /\b(?:insert\s+into|update(?!\s+set\b)|delete\s+from)\s+"?(\w+)/gi

/**
 * Counts, from now on, what all clients of this process ask, of a server and of the embedded database alike. A write
 * outside of a transaction is committed by itself; a transaction counts once, at its end.
 */
export function countCommits(): Counted {
  const counted: Counted = { statements: 0, commits: [] }
  const query = pg.Client.prototype.query
  const written = new WeakMap<pg.Client, string[]>()
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const [what] = given
    const text = typeof what === 'object' && what !== null ? Reflect.get(what, 'text') : what
    if (typeof text === 'string') count(counted, { client: this, text, written })
    return Reflect.apply(query, this, given)
  }
  return counted
}

function count(
  counted: Counted,
  { client, text, written }: { client: pg.Client; text: string; written: WeakMap<pg.Client, string[]> },
): void {
  counted.statements += 1
  const transaction = written.get(client)
  if (/^\s*(begin|start)/i.test(text)) written.set(client, [])
  else if (/^\s*(commit|rollback)/i.test(text)) {
    written.delete(client)
    if (/^\s*commit/i.test(text)) counted.commits.push(transaction?.join(', ') ?? '')
  } else if (transaction) transaction.push(...writesOf(text))
  else if (WRITE.test(text)) counted.commits.push(writesOf(text).join(', '))
}

const writesOf = (text: string) => [...text.matchAll(WRITTEN)].map(([what]) => what.replaceAll('"', ''))
