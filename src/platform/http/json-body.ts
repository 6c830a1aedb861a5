import express, { type Request, type Response } from 'express'
import { AppError } from '#base/errors.ts'

const MAX_BODY_BYTES = 256 * 1024
const MAX_DEPTH = 32

const readJson = express.json({ limit: MAX_BODY_BYTES, verify: refuseUnsafeBytes, strict: true })

/** The JSON body of a request, or a problem that says what is wrong with it. An absent body is `{}`. */
export function readJsonBody(req: Request, res: Response): Promise<unknown> {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
  if (!hasBody) return Promise.resolve({})
  if (!req.is('application/json')) throw notJson()
  return new Promise((resolve, reject) => {
    readJson(req, res, (error?: unknown) => {
      if (error) reject(toAppError(error))
      else resolve(req.body)
    })
  })
}

function refuseUnsafeBytes(_req: unknown, _res: unknown, body: Buffer): void {
  const text = decodeUtf8(body)
  if (nestingDepth(text) > MAX_DEPTH) throw badJson(`nested deeper than ${MAX_DEPTH}`)
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (cause) {
    throw badJson('not UTF-8', cause)
  }
}

/** Deepest bracket outside of strings; one pass, because a body of brackets alone can exhaust the stack later. */
function nestingDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth)
    else if (token === ']' || token === '}') depth--
  }
  return deepest
}

type BodyParserError = { type?: unknown; status?: unknown }

function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const { type, status } = error as BodyParserError
  if (type === 'entity.verify.failed' && error.cause instanceof AppError) return error.cause
  if (status === 413) return bodyTooLarge(error)
  if (status === 415) return notJson(error)
  if (status === 400) return badJson('it cannot be parsed', error)
  return error
}

const badJson = (what: string, cause?: unknown) =>
  new AppError('invalid', 'request.bad_json', `The body is not valid JSON: ${what}`, { cause })

const notJson = (cause?: unknown) =>
  new AppError(
    'unsupported',
    'request.not_json',
    'The body must be JSON in UTF-8 with Content-Type: application/json',
    { cause },
  )

const bodyTooLarge = (cause: unknown) =>
  new AppError('too_large', 'request.too_large', `The body is larger than ${MAX_BODY_BYTES / 1024} kB`, {
    cause,
  })
