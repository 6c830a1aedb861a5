import { z } from 'zod'
import type { AppError, ErrorKind } from '#base/errors.ts'

const STATUS_BY_KIND: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_slow: 408,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  range_not_satisfiable: 416,
  unprocessable: 422,
  too_many: 429,
  headers_too_large: 431,
  unavailable: 503,
  timed_out: 504,
  internal: 500,
}

const TITLE_BY_KIND: Record<ErrorKind, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'A valid key is needed',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  too_slow: 'The request came too slowly',
  conflict: 'Not possible in the present state',
  too_large: 'Too large',
  unsupported: 'Not a supported format',
  range_not_satisfiable: 'Not that part of it',
  unprocessable: 'Understood, but cannot be used',
  too_many: 'Too many requests',
  headers_too_large: 'Headers too large',
  unavailable: 'Not available just now',
  timed_out: 'Took too long',
  internal: 'Something went wrong on our side',
}

/** RFC 9457. `code` is stable; `title` and `detail` are for people and may change. */
export const Problem = z
  .object({
    type: z.string().describe('`urn:malgil:problem:` and the code'),
    title: z.string().describe('The kind of problem in a few words, for people'),
    status: z.int().describe('The HTTP status'),
    detail: z.string().describe('What is the matter and what to do next, for people'),
    code: z.string().describe('Stable name of what went wrong, to match on'),
    requestId: z.string().optional().describe('The id of the request in the logs of the service'),
    errors: z
      .array(
        z.object({
          path: z.string().describe('Dotted path of the field'),
          message: z.string().describe('What is wrong with it'),
        }),
      )
      .optional()
      .describe('The fields that are wrong'),
    retryable: z.boolean().describe('Whether the same request may succeed later'),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457)' })
export type Problem = z.output<typeof Problem>

export const statusOf = (kind: ErrorKind): number => STATUS_BY_KIND[kind]

const TITLE_BY_STATUS = new Map(
  Object.entries(STATUS_BY_KIND).map(([kind, status]) => [status, TITLE_BY_KIND[kind as ErrorKind]]),
)

export const titleOfStatus = (status: number): string => TITLE_BY_STATUS.get(status) ?? 'A problem'

export function toProblem(error: AppError, requestId: string | undefined): Problem {
  return {
    type: `urn:malgil:problem:${error.code}`,
    title: TITLE_BY_KIND[error.kind],
    status: statusOf(error.kind),
    detail: error.message,
    code: error.code,
    ...(requestId ? { requestId } : {}),
    ...(error.faults.length > 0 ? { errors: error.faults } : {}),
    retryable: error.retryAfterS !== undefined,
  }
}
