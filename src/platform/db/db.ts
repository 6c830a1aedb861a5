import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { isTransactionConflict } from './error-codes.ts'
import type { DB } from './schema.ts'

const MAX_ATTEMPTS = 3
/** Two that met once should not meet again. */
const JITTER_MS = 50

/** What a query takes: the database itself or a transaction on it. */
export type Db = Kysely<DB>

declare const ROOT: unique symbol
/** The database itself. Only who holds this may open a transaction. */
export type RootDb = Kysely<DB> & { readonly [ROOT]?: true }

type Scope = { open: boolean }
const transactionScope = new AsyncLocalStorage<Scope>()

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. `work` runs again, up to three
 * times in all, when the database chose the transaction as the victim of a deadlock or of a serialization failure.
 * Inside `work` only `tx` may be used. The embedded database has one connection, so a query on the root
 * database from in there would wait for its own transaction; both engines refuse it instead of waiting.
 */
export async function withTransaction<T>(db: RootDb, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(db, work)
    } catch (error) {
      if (!isTransactionConflict(error) || attempt >= MAX_ATTEMPTS) throw error
      await wait(Math.random() * JITTER_MS * attempt)
    }
  }
}

function runOnce<T>(db: RootDb, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
  return db.transaction().execute((tx) => {
    const scope: Scope = { open: true }
    return transactionScope
      .run(scope, () => work(tx))
      .finally(() => {
        scope.open = false
      })
  })
}

/** Called before a connection is taken from the pool. */
export function refuseInsideTransaction(): void {
  if (transactionScope.getStore()?.open) {
    throw new Error('The root database was used inside a transaction: pass the transaction on instead')
  }
}
