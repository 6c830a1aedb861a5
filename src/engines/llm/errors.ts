import { AppError } from '#base/errors.ts'

/** Every way a call can fail. Only the first four are worth another attempt. */
export const llmRateLimited = (cause: unknown, retryAfterS?: number) =>
  new AppError(
    'unavailable',
    'llm.rate_limited',
    'The language model takes no more requests now; try later',
    {
      cause,
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    },
  )

export const llmUnavailable = (cause: unknown, retryAfterS?: number) =>
  new AppError('unavailable', 'llm.unavailable', 'The language model cannot be reached; try later', {
    cause,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
  })

export const llmTimedOut = (cause: unknown) =>
  new AppError('timed_out', 'llm.timed_out', 'The language model took too long; try again', { cause })

/** `reason` is for the log: what was wrong with the answer, never its text. */
export const llmBadResponse = (reason: string, cause?: unknown) =>
  new AppError('unavailable', 'llm.bad_response', 'The language model gave no usable answer; try again', {
    cause: new Error(reason, { cause }),
  })

/** Our request, key, model name or account is at fault: the same call fails again until an operator acts. */
export const llmRejected = (cause: unknown) =>
  new AppError('internal', 'llm.rejected', 'The language model refused the service', { cause })

export const llmAborted = (cause: unknown) =>
  new AppError('unavailable', 'llm.aborted', 'The call was given up before it ended', { cause })

/** Known before anything is sent: this model cannot do what is asked of it. */
export const llmUnsupported = (what: string) => new AppError('internal', 'llm.unsupported', what)

export const llmTooLong = (model: string, tokens: number, window: number) =>
  new AppError(
    'unprocessable',
    'llm.too_long',
    `About ${tokens} tokens with the answer, but ${model} takes ${window}`,
  )

export const llmNothingToEmbed = () =>
  new AppError('invalid', 'llm.nothing_to_embed', 'A text to embed must not be blank')

export const llmNoScript = (purpose: string) =>
  new AppError('internal', 'llm.no_script', `No authored lines to play for ${purpose}`)

const WORTH_RETRYING = new Set(['llm.rate_limited', 'llm.unavailable', 'llm.timed_out', 'llm.bad_response'])

export const isWorthRetrying = (error: unknown): error is AppError =>
  error instanceof AppError && WORTH_RETRYING.has(error.code)
