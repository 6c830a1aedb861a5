import type { Request, Response } from 'express'
import { AppError } from '#base/errors.ts'

/** Throws `server.full` when too many wait already; otherwise the caller counts until its answer has closed. */
export type Admit = (req: Request, res: Response) => void

const RETRY_AFTER_S = 1
export const SERVER_FULL = 'server.full'

/**
 * Bounds how many learners wait for a reply in this process. One more would only make all of them wait longer, so it is
 * told at once to come back. Who asked not to wait (`Prefer: respond-async`) takes no place.
 */
export function createAdmission(places: number): Admit {
  let taken = 0
  return (req, res) => {
    if (prefersAsync(req)) return
    if (taken >= places) throw serverFull()
    taken += 1
    res.on('close', () => {
      taken -= 1
    })
  }
}

/** RFC 7240: the client wants its acknowledgement now and will ask for the rest. */
export const prefersAsync = (req: Request) => /(^|,)\s*respond-async\b/i.test(req.get('Prefer') ?? '')

const serverFull = () =>
  new AppError('unavailable', SERVER_FULL, 'Too many learners are being answered just now; try again', {
    retryAfterS: RETRY_AFTER_S,
  })
