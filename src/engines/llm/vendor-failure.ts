import { AppError } from '#base/errors.ts'
import { readRetryAfterS } from '#platform/outbound/retry-after.ts'
import { llmBadResponse, llmRateLimited, llmRejected, llmUnavailable } from './errors.ts'

/** What both vendors' SDKs tell of a failure; no status when it came inside a stream. */
export type VendorFailure = {
  status: number | undefined
  /** The vendor's own name for it. */
  type: string | null | undefined
  headers: Headers | undefined
}

const RATE_LIMIT_TYPES = new Set(['rate_limit_error', 'rate_limit_exceeded', 'tokens', 'requests'])

const REQUEST_FAULT_TYPES = new Set([
  'authentication_error',
  'billing_error',
  'invalid_request_error',
  'not_found_error',
  'permission_error',
  'request_too_large',
])

/** 429 for an account without money: waiting does not help. */
const OUT_OF_MONEY = 'insufficient_quota'

export function toLlmError({ status, type, headers }: VendorFailure, cause: unknown): AppError {
  if (type === OUT_OF_MONEY) return llmRejected(cause)
  const retryAfterS = readRetryAfterS(headers)
  if (status === 429 || (status === undefined && type && RATE_LIMIT_TYPES.has(type))) {
    return llmRateLimited(cause, retryAfterS)
  }
  const isRequestFault =
    status === undefined
      ? type && REQUEST_FAULT_TYPES.has(type)
      : status < 500 && status !== 408 && status !== 409
  return isRequestFault ? llmRejected(cause) : llmUnavailable(cause, retryAfterS)
}

/** A failure that the SDK did not name: a connection that broke inside the body, or a body that is not the format. */
export function toTransportError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return isBrokenConnection(error)
    ? llmUnavailable(error)
    : llmBadResponse('not in the documented format', error)
}

/** The system's code; `fetch` wraps it in a TypeError. */
function isBrokenConnection(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : error
  return cause instanceof Error && 'code' in cause
}

/** Both SDKs keep the vendor's id for the request on their errors; support asks for it. */
export function requestIdOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined
  if (typeof cause !== 'object' || cause === null || !('requestID' in cause)) return undefined
  return typeof cause.requestID === 'string' ? cause.requestID : undefined
}
