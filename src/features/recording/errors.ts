import { AppError } from '#base/errors.ts'

export const recordingNotFound = () =>
  new AppError('not_found', 'recording.not_found', 'There is no such recording of this user')
