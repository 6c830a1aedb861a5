import pg from 'pg'
import { AppError } from '#base/errors.ts'

/** SQLSTATE classes and codes that mean "not now": connection, resources, shutdown, recovery, read-only, timeouts, conflicts. */
const UNAVAILABLE = /^(08|53|57P0|25006|55P03|57014|40001|40P01)/
const CONFLICT = /^(40001|40P01)$/

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])

/** What `pg` says, without a code, when the connection is gone or none comes free in time. */
const UNAVAILABLE_MESSAGE =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout|The embedded database has stopped|Cannot use a pool after calling end|terminating connection)/

export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint
}

export function isForeignKeyViolation(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23503' && error.constraint === constraint
}

/** What was to be written belongs to a learner who was erased in the meantime. */
export const isMissingUser = (error: unknown) =>
  error instanceof pg.DatabaseError && error.code === '23503' && /_user_id_fkey$/.test(error.constraint ?? '')

export function isNotNullViolation(error: unknown, column: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23502' && error.column === column
}

/** Rolled back by the server because of other transactions: the same transaction may succeed at once. */
export const isTransactionConflict = (error: unknown) =>
  error instanceof pg.DatabaseError && CONFLICT.test(error.code ?? '')

/** What a prepared statement gives has other columns than when it was prepared. */
export const isStalePlan = (error: unknown) =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery'

/** True when the same statement may succeed later: the database is away, full or busy. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'database.unavailable'
  if (error instanceof pg.DatabaseError) return UNAVAILABLE.test(error.code ?? '')
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable)
  if (!(error instanceof Error)) return false
  return isNetworkFault(error) || UNAVAILABLE_MESSAGE.test(error.message)
}

/** A missing socket file is an absent server; any other missing file is not. */
function isNetworkFault(error: Error): boolean {
  if (!('syscall' in error && 'code' in error)) return false
  return NETWORK_CODES.has(String(error.code)) || (error.code === 'ENOENT' && error.syscall === 'connect')
}

/** Somebody else held what it needed for too long. */
export const isLockTimeout = (error: unknown) => error instanceof pg.DatabaseError && error.code === '55P03'

/** By SQLSTATE. The others mean that it is away. */
const REASONS: readonly (readonly [code: RegExp, reason: string])[] = [
  [/^(55P03|57014|40001|40P01)/, 'The database is busy just now: try again'],
  [/^53100/, 'The database has no room left: try again later'],
  [/^53/, 'The database is full just now: try again'],
  [/^25006/, 'The database takes nothing new just now: try again later'],
]

export const databaseUnavailable = (cause: unknown) =>
  new AppError('unavailable', 'database.unavailable', reasonOf(cause), { cause, retryAfterS: 1 })

function reasonOf(cause: unknown): string {
  const code = cause instanceof pg.DatabaseError ? (cause.code ?? '') : ''
  return (
    REASONS.find(([pattern]) => pattern.test(code))?.[1] ??
    'The database cannot be reached just now: try again'
  )
}
