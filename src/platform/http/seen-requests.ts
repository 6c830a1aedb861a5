import { AppError } from '#base/errors.ts'

/** Some minutes of a busy app. */
const MAX_REQUESTS = 10_000

export type SeenRequest = { appId: string; idempotencyKey: string | undefined; requestHash: string }

/** Whether this request came before. Throws `idempotency.key_reused` when its key came with another request. */
export type HasSeen = (request: SeenRequest) => boolean

/**
 * Keys of calls that store nothing and answer the same request the same way, so only the misuse of a key must be noticed.
 * This process remembers the latest keys; a restart forgets them, and then a repeated request is computed again with the
 * same answer.
 */
export function createSeenRequests(maxRequests = MAX_REQUESTS): HasSeen {
  const hashByKey = new Map<string, string>()
  return ({ appId, idempotencyKey, requestHash }) => {
    if (idempotencyKey === undefined) return false
    const key = `${appId} ${idempotencyKey}`
    const seen = hashByKey.get(key)
    if (seen !== undefined && seen !== requestHash) throw keyReused()
    hashByKey.delete(key)
    hashByKey.set(key, requestHash)
    const [oldest] = hashByKey.keys()
    if (hashByKey.size > maxRequests && oldest !== undefined) hashByKey.delete(oldest)
    return seen !== undefined
  }
}

const keyReused = () =>
  new AppError('unprocessable', 'idempotency.key_reused', 'This Idempotency-Key was used for another request')
