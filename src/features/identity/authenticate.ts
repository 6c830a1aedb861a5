import { z } from 'zod'
import type { RootDb } from '#platform/db/db.ts'
import type { Authenticator, Identity } from '#platform/http/identity.ts'
import { hashApiKey, matchesHash, prefixOf } from './api-key.ts'
import { keyMissing, keyRevoked, keyUnknown } from './errors.ts'
import { findApiKey, listStandingKeys } from './queries.ts'

const UserId = z.uuid()

/** Compared when there is no row, so that an unknown key takes as long as a wrong one. */
const NO_KEY_HASH = hashApiKey('no such key')

/**
 * Authenticating throws `auth.key_missing`, `auth.key_unknown` or, only for one who holds the whole key,
 * `auth.key_revoked`. Key and learner are looked up at once: nearly every call needs both.
 */
export function createAuthenticator({ db }: { db: RootDb }): Authenticator {
  /** By prefix; at most as many as there are keys. */
  const stoodLast = new Map<string, { identity: Identity; keyHash: Buffer }>()
  return {
    async authenticate({ authorization, userId }) {
      const key = keyIn(authorization)
      if (!key) throw keyMissing()
      const prefix = prefixOf(key)
      if (!prefix) throw keyUnknown()
      const stored = await findApiKey(db, { prefix, userId: UserId.safeParse(userId).data ?? null })
      const isRight = matchesHash(key, stored?.keyHash ?? NO_KEY_HASH)
      if (!stored || !isRight) throw keyUnknown()
      if (stored.revokedAt || !stored.isAppActive) {
        stoodLast.delete(prefix)
        throw keyRevoked()
      }
      const { appId, apiKeyId, keyHash } = stored
      const identity = { appId, apiKeyId }
      stoodLast.set(prefix, { identity, keyHash })
      return { identity, mayAct: stored.isAppsUser }
    },
    presume(authorization) {
      const key = keyIn(authorization)
      const known = key && stoodLast.get(prefixOf(key) ?? '')
      return known && matchesHash(key, known.keyHash) ? known.identity : undefined
    },
    async loadKeys() {
      for (const { prefix, keyHash, ...identity } of await listStandingKeys(db))
        stoodLast.set(prefix, { identity, keyHash })
    },
  }
}

function keyIn(authorization: string | undefined): string | undefined {
  const [scheme, key] = authorization?.split(' ') ?? []
  return scheme?.toLowerCase() === 'bearer' ? key : undefined
}
