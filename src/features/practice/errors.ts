import { AppError } from '#base/errors.ts'

export const variationNotFound = () =>
  new AppError('not_found', 'variation.not_found', 'There is no such variation', {
    faults: [{ path: 'variationId', message: 'There is no such variation' }],
  })

export const sessionNotFound = () =>
  new AppError('not_found', 'session.not_found', 'There is no such practice session')

export const sessionEnded = () =>
  new AppError('conflict', 'session.ended', 'This practice session has ended: start a new one')

export const turnNotFound = () => new AppError('not_found', 'turn.not_found', 'There is no such turn')

export const turnInProgress = () =>
  new AppError('conflict', 'turn.in_progress', 'Another turn of this session is still being answered', {
    retryAfterS: 1,
  })

export const turnLimitReached = (limit: number) =>
  new AppError(
    'conflict',
    'session.turn_limit_reached',
    `This variation ends after ${limit} turns: complete the session`,
  )

/** The partner has closed the conversation; `complete` sums it up. */
export const talkIsOver = (reason: 'time_limit' | 'cost_limit') =>
  new AppError(
    'conflict',
    `session.${reason}_reached`,
    `This session has used up its ${reason === 'time_limit' ? 'time' : 'budget'}: complete it and start a new one`,
  )

export const idempotencyKeyReused = () =>
  new AppError('unprocessable', 'idempotency.key_reused', 'This Idempotency-Key was used for another request')

export const noSpeech = () =>
  new AppError('unprocessable', 'audio.no_speech', 'No speech can be heard in the recording: record it again')

/** Nobody could finish the turn in several tries; what the learner sent is kept. */
export const turnGivenUp = () =>
  new AppError(
    'internal',
    'turn.given_up',
    'The turn could not be answered; the recording is kept, send it again as a new turn',
  )

export const turnDelayed = (cause: unknown) =>
  new AppError(
    'unavailable',
    'turn.delayed',
    'The turn is kept and will be finished shortly: ask for it again',
    {
      cause,
      retryAfterS: 2,
    },
  )
