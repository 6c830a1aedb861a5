import { AppError } from '#base/errors.ts'

export const keyMissing = () =>
  new AppError('unauthenticated', 'auth.key_missing', 'Send an API key: Authorization: Bearer <key>')

/** One answer for an unknown prefix, a wrong secret and no key at all in the header. */
export const keyUnknown = () =>
  new AppError('unauthenticated', 'auth.key_unknown', 'This API key is not known')

export const keyRevoked = () =>
  new AppError('unauthenticated', 'auth.key_revoked', 'This API key has been revoked')

export const appNameTaken = (name: string) =>
  new AppError('conflict', 'app.name_taken', `There is already an app called ${name}`)

export const appNameInvalid = () =>
  new AppError('invalid', 'app.name_invalid', 'An app name has 1 to 100 characters')

export const appNotFound = (nameOrId: string) =>
  new AppError('not_found', 'app.not_found', `There is no app called ${nameOrId}`)

export const keyNotFound = (prefix: string) =>
  new AppError(
    'not_found',
    'app.key_not_found',
    `There is no key with the prefix ${prefix} that can be revoked`,
  )
