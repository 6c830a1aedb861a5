import { AppError } from '#base/errors.ts'
import type { UtteranceTranscript } from '#engines/speech/transcribe/utterance-transcript.ts'

export const personaNotFound = () =>
  new AppError('not_found', 'persona.not_found', 'There is no such persona', {
    faults: [{ path: 'personaId', message: 'There is no such persona' }],
  })

/** Neither did the request name one, nor did the learner choose one. */
export const personaNotChosen = () =>
  new AppError('invalid', 'persona.not_chosen', 'Send a personaId: this learner has no preferred persona', {
    faults: [{ path: 'personaId', message: 'Is needed: this learner has no preferred persona' }],
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

/** A free talk has no expected responses that the sound could be matched with. */
export const transcriptNeeded = () =>
  new AppError(
    'unprocessable',
    'message.transcript_needed',
    'No transcriber is configured: send what was said as `transcript` with the audio',
    { faults: [{ path: 'transcript', message: 'Is needed: no transcriber is configured' }] },
  )

/** The recording is kept; its words are not known. */
export function messageNotHeard({ fallback }: UtteranceTranscript): AppError {
  const detail = 'What was said could not be made out: say it again, or send it as text'
  if (!fallback) return new AppError('unprocessable', 'message.not_understood', detail)
  if (fallback.code === 'usage.budget_spent') {
    const reason = 'The budget for listening is spent; the recording is kept: send it as text'
    return new AppError('too_many', fallback.code, reason)
  }
  return new AppError(
    'unavailable',
    'message.not_transcribed',
    'The transcriber failed; the recording is kept: say it again, or send it as text',
  )
}

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
