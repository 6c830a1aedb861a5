import type { Response } from 'express'
import { AppError } from '#base/errors.ts'

/** What a client that leaves early looks like; no failure of ours. */
const CLIENT_LEFT = new Set(['ECONNABORTED', 'ECONNRESET', 'EPIPE'])

/**
 * The whole file, or the part that `Range` asks for (RFC 9110, section 14): Safari plays nothing else. With an `ETag` among
 * the headers `If-Range` works. Caches keep nothing. Throws `request.range_not_satisfiable`.
 */
export function sendFile(res: Response, path: string, headers: Record<string, string>): Promise<void> {
  const options = {
    headers: { 'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff', ...headers },
    cacheControl: false,
    lastModified: false,
    // The data directory may have a name that begins with a dot.
    dotfiles: 'allow',
  } as const
  return new Promise((resolve, reject) => {
    res.sendFile(path, options, (error?: unknown) =>
      error === undefined || hasLeft(error) ? resolve() : reject(toAppError(error)),
    )
  })
}

const hasLeft = (error: unknown) =>
  error instanceof Error && 'code' in error && CLIENT_LEFT.has(String(error.code))

const toAppError = (error: unknown) =>
  error instanceof Error && 'status' in error && error.status === 416
    ? new AppError(
        'range_not_satisfiable',
        'request.range_not_satisfiable',
        'The file is shorter than the part that was asked for',
        { cause: error },
      )
    : error
