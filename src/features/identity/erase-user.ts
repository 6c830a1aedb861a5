import type { AppError } from '#base/errors.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { userNotFound } from '#platform/http/identity.ts'
import { closeAccount, deleteUser, listClosedAccounts, lockUser } from './queries.ts'

export type EraseUserDeps = {
  db: RootDb
  /** Ends what this process works on for the learner. */
  cancelWorkOf: (userId: string, reason: AppError) => Promise<void>
  /** All sound of the learner. */
  removeFilesOf: (userId: string) => Promise<void>
  /** What other features hold, apart from rows that go with the row of the user. */
  forgetIn: (tx: Db, userId: string) => Promise<void>
}

/** So many at once, when unfinished erasures are looked for. */
const AT_ONCE = 100

/**
 * Erases a learner for good: rows, the external id, sound. First the account is closed, so that nothing new begins; that
 * stays in the database until all is gone, so a process that dies in between leaves the rest to the next one.
 * Throws `user.not_found`.
 */
export async function eraseUser(deps: EraseUserDeps, user: { appId: string; userId: string }): Promise<void> {
  const isClosed = await withTransaction(deps.db, (tx) => closeAccount(tx, user))
  if (!isClosed) throw userNotFound()
  await finishErasure(deps, user.userId)
}

/**
 * Finishes erasures that a process began and did not end. Returns how many learners are gone now. A failure with one
 * learner does not stop the others, and is thrown at the end.
 */
export async function finishErasures(deps: EraseUserDeps): Promise<number> {
  const userIds = await listClosedAccounts(deps.db, AT_ONCE)
  const failures: unknown[] = []
  for (const userId of userIds) {
    await finishErasure(deps, userId).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
  return userIds.length
}

async function finishErasure(
  { db, cancelWorkOf, removeFilesOf, forgetIn }: EraseUserDeps,
  userId: string,
): Promise<void> {
  await cancelWorkOf(userId, userNotFound())
  await removeFilesOf(userId)
  await withTransaction(db, async (tx) => {
    // Transactions that are writing for the learner end first; later ones find no user.
    await lockUser(tx, userId)
    await forgetIn(tx, userId)
    await deleteUser(tx, userId)
  })
  // A recording may have been stored in the meantime.
  await removeFilesOf(userId)
}
