import type { Request } from 'express'
import { AppError } from '#base/errors.ts'
import { addressKey } from './address.ts'

/** Who calls, by which of its keys. */
export type Identity = { appId: string; apiKeyId: string }

/** The `Authorization` header of a call, the learner it names or what stands in their place, and where it comes from. */
export type Calling = { authorization: string | undefined; userId: string | undefined; address: string }

export type Authenticator = {
  /**
   * Throws for a key that is none or stands no more. `mayAct`: whether the caller may act for the learner; someone
   * else's looks exactly like a missing one.
   */
  authenticate: (calling: Calling) => Promise<{ identity: Identity; mayAct: boolean }>
  /**
   * Whose key it was when it was last authenticated by this process; nobody looks whether it still stands. `undefined`:
   * not known.
   */
  presume: (authorization: string | undefined) => Identity | undefined
  /** Reads all keys that stand, so that `presume` knows them. */
  loadKeys: () => Promise<void>
}

/** The learner in the one spelling that ids have, since what limits count is counted by it. */
export const callingOf = (req: Request): Calling => {
  const { userId } = req.params
  return {
    authorization: req.get('Authorization'),
    userId: typeof userId === 'string' ? userId.toLowerCase() : undefined,
    address: addressKey(req.ip),
  }
}

/** Somebody else's learner, one that never was, and one that was erased look alike. */
export const userNotFound = () => new AppError('not_found', 'user.not_found', 'There is no such user')
