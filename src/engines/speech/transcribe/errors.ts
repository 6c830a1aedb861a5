import { AppError } from '#base/errors.ts'

const withRetryAfter = (cause: unknown, retryAfterS: number | undefined) =>
  retryAfterS === undefined ? { cause } : { cause, retryAfterS }

export const transcriberRateLimited = (cause: unknown, retryAfterS?: number) =>
  new AppError(
    'unavailable',
    'transcriber.rate_limited',
    'The transcriber takes no more requests now; try later',
    withRetryAfter(cause, retryAfterS),
  )

export const transcriberUnavailable = (cause: unknown, retryAfterS?: number) =>
  new AppError(
    'unavailable',
    'transcriber.unavailable',
    'The transcriber cannot be reached; try later',
    withRetryAfter(cause, retryAfterS),
  )

export const transcriberTimedOut = (cause: unknown) =>
  new AppError('timed_out', 'transcriber.timed_out', 'The transcriber took too long; try again', { cause })

/** `reason` is for the log: what was wrong with the answer, never its text. */
export const transcriberBadResponse = (reason: string) =>
  new AppError(
    'unavailable',
    'transcriber.bad_response',
    'The transcriber gave no usable answer; try again',
    {
      cause: new Error(reason),
    },
  )

/** Our key, model name, account or request is at fault: the same call fails again until an operator acts. */
export const transcriberRejected = (cause: unknown) =>
  new AppError('internal', 'transcriber.rejected', 'The transcriber refused the service', { cause })

export const transcriberAudioTooLarge = (cause?: unknown) =>
  new AppError(
    'too_large',
    'transcriber.audio_too_large',
    'The audio is longer or larger than the transcriber takes',
    { cause },
  )

export const transcriberUnsupportedFormat = (cause?: unknown) =>
  new AppError(
    'unsupported',
    'transcriber.unsupported_format',
    'The transcriber does not take this kind of audio',
    { cause },
  )

export const transcriberUnsupportedLanguage = (language: string) =>
  new AppError(
    'unsupported',
    'transcriber.unsupported_language',
    `The transcriber does not know the language ${language}`,
  )

export const transcriberAborted = (cause: unknown) =>
  new AppError('unavailable', 'transcriber.aborted', 'The transcription was given up before it ended', {
    cause,
  })

/** It was the transcriber's failure, or it may not be called now, so that another one may be asked; giving up is not. */
export function isTranscriberFailure(error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.code === 'transcriber.aborted') return false
  return error.code.startsWith('transcriber.') || error.kind === 'too_many'
}
