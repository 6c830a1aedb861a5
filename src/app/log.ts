import { type Logger, pino } from 'pino'

/** JSON lines on stdout. Never given words of learners, keys or request bodies: ids, codes and numbers only. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: [
      'req.headers.authorization',
      'authorization',
      'apiKey',
      'err.config',
      'err.request',
      'err.response',
      'err.headers',
    ],
    serializers: { err: describeError },
  })
}

/** Type, code, message and stack, along the causes. Vendor and driver errors carry bodies and parameters: left out. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    type: error.name,
    code,
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
