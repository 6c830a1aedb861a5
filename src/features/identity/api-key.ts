import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** `malgil_` + 12 hex digits that find the row + 43 characters (256 bits) that prove the key. */
const FORMAT = /^malgil_([0-9a-f]{12})_[\w-]{43}$/

const PREFIX_BYTES = 6
const SECRET_BYTES = 32

export type NewApiKey = { key: string; prefix: string; keyHash: Buffer }

export function createApiKey(): NewApiKey {
  const prefix = randomBytes(PREFIX_BYTES).toString('hex')
  const key = `malgil_${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`
  return { key, prefix, keyHash: hashApiKey(key) }
}

/** The part of a key that may be shown and stored; `undefined` for what is no key of ours. */
export function prefixOf(key: string): string | undefined {
  return FORMAT.exec(key)?.[1]
}

/** SHA-256 without salt or stretching: the secret is 256 random bits, there is nothing to guess. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

export function matchesHash(key: string, keyHash: Buffer): boolean {
  return timingSafeEqual(hashApiKey(key), keyHash)
}
