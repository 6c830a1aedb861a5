import { z } from 'zod'
import type { RootDb } from '#platform/db/db.ts'
import type { Identity } from '#platform/http/identity.ts'
import { hashApiKey, matchesHash, prefixOf } from './api-key.ts'
import { keyMissing, keyRevoked, keyUnknown } from './errors.ts'
import { findApiKey } from './queries.ts'

const UserId = z.uuid()

/** Compared when there is no row, so that an unknown key takes as long as a wrong one. */
const NO_KEY_HASH = hashApiKey('no such key')

/**
 * Throws `auth.key_missing`, `auth.key_unknown` or, only for one who holds the whole key, `auth.key_revoked`. Key and
 * learner are looked up at once: every call needs both.
 */
export async function authenticate(
  { db }: { db: RootDb },
  authorization: string | undefined,
  userId: string | undefined,
): Promise<{ identity: Identity; mayAct: boolean }> {
  const [scheme, key] = authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !key) throw keyMissing()
  const prefix = prefixOf(key)
  if (!prefix) throw keyUnknown()
  const stored = await findApiKey(db, { prefix, userId: UserId.safeParse(userId).data ?? null })
  const isRight = matchesHash(key, stored?.keyHash ?? NO_KEY_HASH)
  if (!stored || !isRight) throw keyUnknown()
  if (stored.revokedAt || !stored.isAppActive) throw keyRevoked()
  return { identity: { appId: stored.appId }, mayAct: stored.isAppsUser }
}
