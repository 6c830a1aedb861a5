import type { Db } from '#platform/db/db.ts'

/**
 * The record of the call that a reply will most likely make: begun by the transaction that accepts the message, ended by
 * the one that stores the reply, so that a message costs two commits.
 */
export type FirstCall = {
  /** Call what it returns once the transaction is committed. */
  place: (
    tx: Db,
    call: { userId: string; appId: string; turnId: string; promptVersionId: string },
  ) => Promise<() => void>
  /** As well. */
  settle: (tx: Db, messageId: string) => Promise<() => void>
  /** The reply is out of this process's hands, whatever came of it. */
  close: (messageId: string) => Promise<void>
}
