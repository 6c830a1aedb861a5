import type { Request, Response } from 'express'
import { AppError } from '#base/errors.ts'

export type Admission = {
  /** Throws `server.full` when there is no place. Costs nothing, so that it can be asked before anything else. */
  check: (req: Request) => void
  /** Throws the same; otherwise the caller has a place until its answer has closed. */
  admit: (req: Request, res: Response) => void
}

const RETRY_AFTER_S = 1
export const SERVER_FULL = 'server.full'

/**
 * Bounds how many learners wait for a reply in this process. One more would only make all of them wait longer, so it is
 * told at once to come back. Who asked not to wait (`Prefer: respond-async`) takes no place.
 */
export function createAdmission(places: number): Admission {
  let taken = 0
  const check = (req: Request) => {
    if (taken >= places && !prefersAsync(req)) throw serverFull()
  }
  return {
    check,
    admit(req, res) {
      check(req)
      if (prefersAsync(req)) return
      taken += 1
      res.on('close', () => {
        taken -= 1
      })
    },
  }
}

/** RFC 7240: the client wants its acknowledgement now and will ask for the rest. */
export const prefersAsync = (req: Request) => /(^|,)\s*respond-async\b/i.test(req.get('Prefer') ?? '')

const serverFull = () =>
  new AppError('unavailable', SERVER_FULL, 'Too many learners are being answered just now; try again', {
    retryAfterS: RETRY_AFTER_S,
  })
