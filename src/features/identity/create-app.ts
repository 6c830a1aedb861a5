import { newId } from '#base/ids.ts'
import { type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { createApiKey } from './api-key.ts'
import { appNameInvalid, appNameTaken, keyNotFound } from './errors.ts'
import { insertApiKey, insertApp, revokeApiKey } from './queries.ts'

/** Creates an app and its first key. The key is in the result and nowhere else: only its hash is stored. */
export async function createApp(
  { db }: { db: RootDb },
  { name }: { name: string },
): Promise<{ appId: string; key: string; prefix: string }> {
  if (name.trim().length < 1 || name.length > 100) throw appNameInvalid()
  const appId = newId()
  const { key, prefix, keyHash } = createApiKey()
  await withTransaction(db, async (tx) => {
    await insertApp(tx, { appId, name })
    await insertApiKey(tx, { apiKeyId: newId(), appId, prefix, keyHash })
  }).catch((error: unknown) => {
    throw isUniqueViolation(error, 'apps_name_key') ? appNameTaken(name) : error
  })
  return { appId, key, prefix }
}

/** From now on the key is refused. Throws `app.key_not_found`. */
export async function revokeKey({ db }: { db: RootDb }, { prefix }: { prefix: string }): Promise<void> {
  if (!(await revokeApiKey(db, prefix))) throw keyNotFound(prefix)
}
