import express, { type Request, type Response } from 'express'
import { AppError } from '#base/errors.ts'

const MAX_BODY_BYTES = 256 * 1024
const MAX_DEPTH = 32

const readJson = express.json({ limit: MAX_BODY_BYTES, verify: refuseUnsafeBytes, strict: true })

/** The JSON body of a request, or a problem that says what is wrong with it. An absent body is `{}`. */
export function readJsonBody(req: Request, res: Response, timeoutMs: number): Promise<unknown> {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
  if (!hasBody) return Promise.resolve({})
  if (!req.is('application/json')) throw notJson()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(bodyTooSlow(timeoutMs)), timeoutMs)
    readJson(req, res, (error?: unknown) => {
      clearTimeout(timer)
      if (error) reject(toAppError(error))
      else resolve(req.body)
    })
  })
}

function refuseUnsafeBytes(_req: unknown, _res: unknown, body: Buffer): void {
  refuseUnsafeShape(decodeUtf8(body))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (cause) {
    throw badJson('not UTF-8', cause)
  }
}

/**
 * A string that is followed by a colon is a key. One that never ends is taken to the end: looked for again from each of
 * its quotes, it would take hours.
 */
const TOKENS = /("(?:[^"\\]|\\.?)*(?:"|$))(\s*:)?|[[\]{}]/gs

/** The keys of each object that is open; of an array, nothing. */
type OpenBrackets = (Set<string> | undefined)[]

/**
 * One pass before parsing, because a body of brackets alone can exhaust the stack later, and because of a key that is
 * given twice a parser drops one without a word.
 */
function refuseUnsafeShape(text: string): void {
  const open: OpenBrackets = []
  for (const token of text.matchAll(TOKENS)) {
    follow(open, token)
    if (open.length > MAX_DEPTH) throw badJson(`nested deeper than ${MAX_DEPTH}`)
  }
}

function follow(open: OpenBrackets, [token, string, colon]: RegExpExecArray): void {
  if (token === '{') open.push(new Set())
  else if (token === '[') open.push(undefined)
  else if (token === '}' || token === ']') open.pop()
  else if (string && colon) addKey(open.at(-1), string)
}

function addKey(keys: Set<string> | undefined, string: string): void {
  // Escapes can write one key in two ways; what is no string at all is the parser's to refuse.
  const key = string.includes('\\') ? unescaped(string) : string
  if (keys?.has(key)) throw badJson('a key is given twice')
  keys?.add(key)
}

function unescaped(string: string): string {
  try {
    return JSON.stringify(JSON.parse(string))
  } catch {
    return string
  }
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

const bodyTooSlow = (timeoutMs: number) =>
  new AppError('too_slow', 'request.too_slow', `The body took longer than ${timeoutMs / 1000} s`)

const bodyTooLarge = (cause: unknown) =>
  new AppError('too_large', 'request.too_large', `The body is larger than ${MAX_BODY_BYTES / 1024} kB`, {
    cause,
  })
