import type { RequestHandler, Response } from 'express'
import { newId } from '#base/ids.ts'

const ACCEPTED = /^[\w.:-]{1,128}$/

/** Every answer carries `X-Request-Id`: the caller's own when it sent a sane one. */
export const requestId: RequestHandler = (req, res, next) => {
  const given = req.get('X-Request-Id')
  const id = given && ACCEPTED.test(given) ? given : newId()
  res.locals.requestId = id
  res.set('X-Request-Id', id)
  next()
}

export const requestIdOf = (res: Response): string | undefined =>
  typeof res.locals.requestId === 'string' ? res.locals.requestId : undefined
