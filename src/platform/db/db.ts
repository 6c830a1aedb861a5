import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely, Transaction } from 'kysely'
import type { DB } from './schema.ts'

/** What a query takes: the database itself or a transaction on it. */
export type Db = Kysely<DB>

declare const ROOT: unique symbol
/** The database itself. Only who holds this may open a transaction. */
export type RootDb = Kysely<DB> & { readonly [ROOT]?: true }

type Scope = { open: boolean }
const transactionScope = new AsyncLocalStorage<Scope>()

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects.
 * Inside `work` only `tx` may be used. The embedded database has one connection, so a query on the root
 * database from in there would wait for its own transaction; both engines refuse it instead of waiting.
 */
export function withTransaction<T>(db: RootDb, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
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
