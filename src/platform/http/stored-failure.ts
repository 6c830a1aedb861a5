import { AppError, type ErrorKind } from '#base/errors.ts'

/** Failures after which the same words may well be answered; of the others the message says what to change. */
const PASSING: ReadonlySet<ErrorKind> = new Set(['unavailable', 'timed_out', 'too_many', 'internal'])

/**
 * A failure as it is told from the record. It never changes, so it names no time to wait: whoever repeats the request
 * with the same `Idempotency-Key` gets it again, however long they wait.
 */
export function storedFailure({ kind, code, message }: AppError): AppError {
  if (!PASSING.has(kind)) return new AppError(kind, code, message)
  return new AppError(
    kind,
    code,
    `${message}. This outcome is stored: send it again with another Idempotency-Key`,
  )
}
