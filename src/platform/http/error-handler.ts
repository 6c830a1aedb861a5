import type { ErrorRequestHandler, Request, Response } from 'express'
import { AppError } from '#base/errors.ts'
import { databaseUnavailable, isDatabaseUnavailable, isMissingUser } from '#platform/db/error-codes.ts'
import { isStorageFull, storageFull } from '#platform/files/storage.ts'
import { SERVER_FULL } from './admission.ts'
import { userNotFound } from './identity.ts'
import { statusOf, toProblem } from './problem.ts'
import { requestIdOf } from './request-id.ts'

/** How long an upload that was refused may go on before its socket is cut. */
const LINGER_MS = 1_000

/** The top: every failure of a request ends here, is reported once, and becomes a problem without internals. */
export function errorHandler(
  report: (error: unknown, req: Request, res: Response) => void,
): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const known = toAppError(error)
    if (isWorthReporting(known)) report(error, req, res)
    if (res.destroyed || req.socket.destroyed) return
    if (res.headersSent) return void res.destroy()
    sendProblem(req, res, known)
  }
}

/** That there is too much to do is counted, not logged for each who is told to come back: it would be one more thing. */
const isWorthReporting = ({ kind, code }: AppError) =>
  kind === 'internal' || (kind === 'unavailable' && code !== SERVER_FULL)

export function sendProblem(req: Request, res: Response, error: AppError): void {
  if (error.retryAfterS !== undefined) res.set('Retry-After', String(error.retryAfterS))
  if (error.kind === 'unauthenticated') res.set('WWW-Authenticate', 'Bearer')
  if (!req.complete) closeAfterAnswer(req, res)
  res
    .status(statusOf(error.kind))
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error, requestIdOf(res))))
}

/** Any failure as an AppError; what we did not foresee is `internal`, with nothing of it in the message. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isDatabaseUnavailable(error)) return databaseUnavailable(error)
  if (isStorageFull(error)) return storageFull(error)
  if (isMissingUser(error)) return userNotFound()
  if (error instanceof URIError)
    return new AppError('invalid', 'request.bad_path', 'The path is not valid', { cause: error })
  return new AppError(
    'internal',
    'internal',
    'The request could not be answered because of a fault on our side',
    {
      cause: error,
    },
  )
}

/**
 * The rest of a refused body is dropped for a moment, so that a client still sending it can read the answer. Not
 * announced with `Connection: close`: Node would then close at once, and the client would see a reset instead.
 */
function closeAfterAnswer(req: Request, res: Response): void {
  req.resume()
  res.on('finish', () => {
    const cut = setTimeout(() => req.socket.destroy(), LINGER_MS)
    req.on('end', () => clearTimeout(cut))
  })
}
