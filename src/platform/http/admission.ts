import type { Request, Response } from 'express'
import { AppError } from '#base/errors.ts'
import { createAdaptiveLimit } from './adaptive-limit.ts'
import { createFairShares, type Holder } from './fair-shares.ts'

export type Admission = {
  /**
   * Throws `server.full` when there is no place, before the body is read. Costs nothing. `holder`: absent where it is not
   * known yet who calls.
   */
  check: (req: Request, holder?: Holder) => void
  /**
   * To be asked once the body is there. Throws the same; otherwise the caller has a place until its answer has closed.
   * The function it returns is to be called once the words are stored: that wait is measured.
   */
  admit: (holder: Holder, req: Request, res: Response) => () => void
}

const RETRY_AFTER_S = 1
export const SERVER_FULL = 'server.full'

/**
 * Bounds how many learners wait for a reply in this process: as many as can be served without a standing queue, at most
 * `ceiling`. One more would only make all of them wait longer, so it is told at once to come back. Who asked not to wait
 * (`Prefer: respond-async`) takes no place.
 */
export function createAdmission(ceiling: number): Admission {
  const limit = createAdaptiveLimit(ceiling)
  const shares = createFairShares()
  return {
    check(req, holder) {
      if (prefersAsync(req)) return
      const isFull = holder ? !shares.mayTake(holder, limit.places) : shares.taken >= limit.places
      if (isFull) throw serverFull()
    },
    admit(holder, req, res) {
      if (prefersAsync(req)) return () => {}
      if (!shares.mayTake(holder, limit.places)) throw serverFull()
      whenClosed(res, shares.take(holder))
      const startedAt = performance.now()
      return () => limit.measured(performance.now() - startedAt, shares.taken)
    },
  }
}

/** At once where the client left while its body was read. */
export function whenClosed(res: Response, run: () => void): void {
  if (res.closed || res.destroyed) run()
  else res.once('close', run)
}

/** RFC 7240: the client wants its acknowledgement now and will ask for the rest. */
export const prefersAsync = (req: Request) => /(^|,)\s*respond-async\b/i.test(req.get('Prefer') ?? '')

const serverFull = () =>
  new AppError('unavailable', SERVER_FULL, 'Too many learners are being answered just now; try again', {
    retryAfterS: RETRY_AFTER_S,
  })
