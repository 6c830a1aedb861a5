/** What went wrong in general; the HTTP layer alone knows which status each kind becomes. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'too_large'
  | 'headers_too_large'
  | 'unsupported'
  | 'range_not_satisfiable'
  | 'unprocessable'
  | 'too_many'
  | 'unavailable'
  | 'timed_out'
  | 'too_slow'
  | 'internal'

/** One field of the request and what is wrong with it; `path` is dotted, `text` or `words.0.text`. */
export type FieldFault = { path: string; message: string }

export type AppErrorOptions = ErrorOptions & {
  faults?: FieldFault[]
  /** Seconds after which the same call may succeed. */
  retryAfterS?: number
  /** The input may be what failed, although trying again may succeed: such an attempt is counted. */
  suspectsInput?: boolean
}

/** The only error class we throw. `kind` decides the HTTP status; `code` is the stable name clients match on. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly kind: ErrorKind
  readonly code: string
  readonly faults: FieldFault[]
  readonly retryAfterS: number | undefined
  readonly suspectsInput: boolean

  constructor(kind: ErrorKind, code: string, message: string, options?: AppErrorOptions) {
    super(message, options)
    this.kind = kind
    this.code = code
    this.faults = options?.faults ?? []
    this.retryAfterS = options?.retryAfterS
    this.suspectsInput = options?.suspectsInput ?? false
  }
}
