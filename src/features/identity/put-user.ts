import { newId } from '#base/ids.ts'
import { type RootDb, withTransaction } from '#platform/db/db.ts'
import { claimExternalId, upsertUser } from './queries.ts'
import type { User, UserChanges } from './user.ts'

/** Creates the learner of this app or changes it. Two at once make one learner. */
export async function putUser(
  { db }: { db: RootDb },
  { appId, externalId, changes }: { appId: string; externalId: string; changes: UserChanges },
): Promise<{ user: User; isNew: boolean }> {
  const newUserId = newId()
  const user = await withTransaction(db, async (tx) => {
    const userId = await claimExternalId(tx, { appId, externalId, newUserId })
    return upsertUser(tx, { userId, appId, externalId, changes })
  })
  return { user, isNew: user.userId === newUserId }
}
