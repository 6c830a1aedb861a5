import type { Problem } from './api.ts'

/** Codes of what went wrong on the way; everything else is a code of the service. */
export type ClientFaultCode = 'client.unreachable' | 'client.unexpected_answer' | 'client.stream_lost'

/**
 * Every failure of a call or a stream, but an abort, which rejects with the signal's reason. `code` is stable: match on
 * it. `status` is 0 where no answer came.
 */
export class MalgilError extends Error {
  override readonly name = 'MalgilError'
  readonly code: string
  readonly status: number
  /** RFC 9457, as the service sent it; absent where the failure is not one of its own. */
  readonly problem: Problem | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    { code, status, message }: { code: string; status: number; message: string },
    options: { problem?: Problem; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.status = status
    this.problem = options.problem
    this.retryAfterMs = options.retryAfterMs
  }
}

/** `cause` is what `fetch` threw. */
export const unreachable = (cause: unknown) =>
  new MalgilError(
    { code: 'client.unreachable', status: 0, message: 'The service cannot be reached' },
    { cause },
  )

export const streamLost = (cause?: unknown) =>
  new MalgilError(
    { code: 'client.stream_lost', status: 0, message: 'The stream broke off before its end' },
    { cause },
  )

export function fromProblem(problem: Problem, retryAfterMs?: number): MalgilError {
  const { code, status, detail } = problem
  return new MalgilError({ code, status, message: detail }, { problem, retryAfterMs })
}

/** For an answer that is no success. Something between here and the service may answer in its own words. */
export async function errorOf(response: Response): Promise<MalgilError> {
  const text = await response.text().catch(() => '')
  const retryAfterMs = retryAfterMsOf(response)
  const problem = readProblem(text)
  if (problem) return fromProblem(problem, retryAfterMs)
  const { status } = response
  const message = `The answer has status ${status} and is not one of malgil`
  return new MalgilError({ code: 'client.unexpected_answer', status, message }, { retryAfterMs })
}

export function readProblem(text: string): Problem | undefined {
  const value = readJson(text)
  return isProblem(value) ? value : undefined
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  return (
    'code' in value &&
    typeof value.code === 'string' &&
    'status' in value &&
    typeof value.status === 'number' &&
    'detail' in value &&
    typeof value.detail === 'string'
  )
}

function retryAfterMsOf({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('Retry-After') ?? Number.NaN)
  return seconds >= 0 ? seconds * 1_000 : undefined
}
