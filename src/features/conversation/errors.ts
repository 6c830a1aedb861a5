import { AppError } from '#base/errors.ts'

export const personaNotFound = () =>
  new AppError('not_found', 'persona.not_found', 'There is no such persona', {
    faults: [{ path: 'personaId', message: 'There is no such persona' }],
  })

export const conversationNotFound = () =>
  new AppError('not_found', 'conversation.not_found', 'There is no such conversation')

export const messageNotFound = () =>
  new AppError('not_found', 'message.not_found', 'There is no such message')

export const messageInProgress = () =>
  new AppError(
    'conflict',
    'message.in_progress',
    'Another message of this conversation is still being answered',
    { retryAfterS: 1 },
  )

export const idempotencyKeyReused = () =>
  new AppError('unprocessable', 'idempotency.key_reused', 'This Idempotency-Key was used for another request')

/** Nobody could finish the reply in several tries; what the learner said is kept. */
export const replyGivenUp = () =>
  new AppError(
    'internal',
    'message.given_up',
    'The message could not be answered; it is kept, go on with another one',
  )

export const replyDelayed = (cause: unknown) =>
  new AppError(
    'unavailable',
    'message.delayed',
    'The message is kept and will be answered shortly: ask for it again',
    { cause, retryAfterS: 2 },
  )
