import { type Db, type RootDb, withTransaction } from './db.ts'

export type Removal = {
  /** The id of what is in work on it, if anything is. */
  findOpen: (db: Db) => Promise<string | undefined>
  /** Ends that work in this process. */
  cancel: (openId: string) => Promise<void>
  /** From now on nothing new can begin on it before the end of the transaction. */
  lock: (tx: Db) => Promise<unknown>
  remove: (tx: Db) => Promise<void>
}

/** Removes something once the work on it has been cancelled, also work that began at the same moment. */
export async function removeWhenIdle(db: RootDb, { findOpen, cancel, lock, remove }: Removal): Promise<void> {
  const cancelled = new Set<string>()
  let openId = await findOpen(db)
  do {
    if (openId !== undefined) await cancel(openId)
    if (openId !== undefined) cancelled.add(openId)
    openId = await withTransaction(db, async (tx) => {
      await lock(tx)
      const startedSince = await findOpen(tx)
      if (startedSince !== undefined && !cancelled.has(startedSince)) return startedSince
      await remove(tx)
      return undefined
    })
  } while (openId !== undefined)
}
