import { AppError } from '#base/errors.ts'
import { createFairShares, type Holder } from './fair-shares.ts'

export type UploadBudget = {
  /** Throws `upload.too_many`. Returns how the upload is counted off. */
  open: (holder: Holder) => () => void
}

/** Uploads that may be on their way at once: in this process, and of one learner. An app may have half of them. */
export type UploadCounts = { total: number; perLearner: number }

const RETRY_AFTER_S = 2

/** Bounds uploads on their way, and so the bytes on disk that belong to nothing yet. */
export function createUploadBudget({ total, perLearner }: UploadCounts): UploadBudget {
  const shares = createFairShares()
  const open = new Map<string, number>()
  const perApp = Math.max(1, Math.ceil(total / 2))

  function refuseFull({ appId, userId }: Holder): void {
    if ((open.get(appId) ?? 0) >= perApp) throw tooMany('this app')
    if (userId !== undefined && (open.get(`${appId} ${userId}`) ?? 0) >= perLearner)
      throw tooMany('this learner')
    if (!shares.mayTake({ appId, userId }, total)) throw tooMany('this service')
  }

  function count(keys: string[], change: number): void {
    for (const key of keys) {
      const rest = (open.get(key) ?? 0) + change
      if (rest > 0) open.set(key, rest)
      else open.delete(key)
    }
  }

  return {
    open(holder) {
      refuseFull(holder)
      const keys = [
        holder.appId,
        ...(holder.userId === undefined ? [] : [`${holder.appId} ${holder.userId}`]),
      ]
      count(keys, 1)
      const giveBack = shares.take(holder)
      return () => {
        count(keys, -1)
        giveBack()
      }
    },
  }
}

const tooMany = (whose: string) =>
  new AppError('unavailable', 'upload.too_many', `Too many uploads of ${whose} are on their way; try again`, {
    retryAfterS: RETRY_AFTER_S,
  })
