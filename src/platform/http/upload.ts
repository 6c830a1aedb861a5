import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import type { Request } from 'express'
import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import { fieldFault, readField } from './form-field.ts'

/** `minBytesPerSecond` of each `rateWindowMs`; 0 is no minimum. */
export type UploadLimits = {
  maxBytes: number
  timeoutMs: number
  minBytesPerSecond: number
  rateWindowMs: number
}

/** A file on its way in. Whoever received it moves it away or calls `discard`. */
export type UploadedFile = { path: string; byteCount: number; sha256: string; discard: () => Promise<void> }

export type Upload = { file: UploadedFile; fields: Record<string, string> }

/** What else a multipart body may hold beside the file: the field names, their number and a margin for headers. */
const MAX_FIELDS = 10
const ENVELOPE_BYTES = 512 * 1024

/**
 * Streams the one file of a multipart body to disk and never holds it in memory. On any failure (too large, too slow,
 * client gone, not the one file called `fileField`) nothing stays behind and the AppError says what was wrong.
 */
export async function receiveUpload(
  req: Request,
  { fileField, directory, limits }: { fileField: string; directory: string; limits: UploadLimits },
): Promise<Upload> {
  if (Number(req.headers['content-length'] ?? 0) > limits.maxBytes + ENVELOPE_BYTES)
    throw uploadTooLarge(limits)
  await mkdir(directory, { recursive: true })
  const path = join(directory, newId())
  const timer = AbortSignal.timeout(limits.timeoutMs)
  try {
    return await readForm(req, { fileField, path, limits, signal: timer })
  } catch (error) {
    await rm(path, { force: true })
    throw timer.aborted ? uploadTimedOut(limits) : error
  }
}

type FormOptions = { fileField: string; path: string; limits: UploadLimits; signal: AbortSignal }

async function readForm(req: Request, { fileField, path, limits, signal }: FormOptions): Promise<Upload> {
  const form = createForm(req, limits)
  const fields: Record<string, string> = {}
  const names = new Set<string>()
  const files: Promise<UploadedFile>[] = []
  const texts: Promise<void>[] = []
  const givenUp = new AbortController()
  let stopWatching = () => {}
  const ended = new Promise<void>((resolve, reject) => {
    const refuse = (error: unknown) => reject(error)
    function take<Part>(part: Promise<Part>, parts: Promise<Part>[]): void {
      part.catch(refuse)
      parts.push(part)
    }
    form.on('file', (name: string | undefined, stream, filename) => {
      stream.on('error', refuse)
      const refusal = refusalOf({ name, filename }, { fileField, names })
      if (name === undefined || refusal) {
        stream.resume()
        return refuse(refusal)
      }
      names.add(name)
      addAbortSignal(givenUp.signal, stream)
      if (name === fileField) return take(writeFile(stream, { path, limits, signal: givenUp.signal }), files)
      const field = readField(stream, name).then((text) => {
        fields[name] = text
      })
      take(field, texts)
    })
    form.on('filesLimit', () => refuse(malformed('it has too many fields')))
    form.on('error', (cause) => refuse(malformed('it cannot be read', cause)))
    form.on('finish', () => resolve())
    req.on('close', () => {
      if (!req.complete) refuse(clientGone())
    })
    signal.addEventListener('abort', () => refuse(uploadTimedOut(limits)))
    stopWatching = watchRate(req, limits, () => refuse(uploadTooSlow(limits)))
    req.pipe(form)
  })
  await ended
    .finally(() => stopWatching())
    .catch(async (error: unknown) => {
      req.unpipe(form)
      // The parser does not end the file's stream when it is destroyed itself.
      givenUp.abort()
      form.destroy()
      await Promise.allSettled([...files, ...texts])
      throw error
    })
  await Promise.all(texts)
  const file = await files[0]
  if (!file) throw fileMissing(fileField)
  return { file, fields }
}

/** What is wrong with a part by its header alone. The file is known by its field; not every client names it. */
function refusalOf(
  { name, filename }: { name: string | undefined; filename: string | undefined },
  { fileField, names }: { fileField: string; names: ReadonlySet<string> },
): AppError | undefined {
  if (name === undefined) return malformed('a part has no name')
  if (name === fileField) return names.has(name) ? tooManyFiles(fileField) : undefined
  if (filename !== undefined || names.has(name) || name === '__proto__') return unexpectedField(name)
  return undefined
}

/** Looks once in each window whether enough bytes came in it. Returns how to stop. */
function watchRate(
  req: Request,
  { minBytesPerSecond, rateWindowMs }: UploadLimits,
  tooSlow: () => void,
): () => void {
  const least = (minBytesPerSecond * rateWindowMs) / 1_000
  let windowBytes = 0
  const count = (chunk: Buffer) => {
    windowBytes += chunk.length
  }
  const timer = setInterval(() => {
    if (windowBytes < least && !req.complete) tooSlow()
    windowBytes = 0
  }, rateWindowMs)
  req.on('data', count)
  return () => {
    clearInterval(timer)
    req.off('data', count)
  }
}

function createForm(req: Request, limits: UploadLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: req.headers as BusboyHeaders,
      // Fields as well come as streams of bytes: the parser would replace what is not UTF-8 by U+FFFD.
      isPartAFile: () => true,
      limits: { fileSize: limits.maxBytes + 1, files: MAX_FIELDS + 1 },
    })
  } catch (cause) {
    throw malformed('it has no boundary', cause)
  }
}

async function writeFile(
  stream: NodeJS.ReadableStream,
  { path, limits, signal }: { path: string; limits: UploadLimits; signal: AbortSignal },
): Promise<UploadedFile> {
  const hash = createHash('sha256')
  let byteCount = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      byteCount += chunk.length
      hash.update(chunk)
      done(byteCount > limits.maxBytes ? uploadTooLarge(limits) : null, chunk)
    },
  })
  await pipeline(stream, measure, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal })
  return { path, byteCount, sha256: hash.digest('hex'), discard: () => rm(path, { force: true }) }
}

const uploadTooLarge = ({ maxBytes }: UploadLimits) =>
  new AppError(
    'too_large',
    'upload.too_large',
    `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`,
  )
const uploadTooSlow = ({ minBytesPerSecond }: UploadLimits) =>
  new AppError(
    'too_slow',
    'upload.too_slow',
    `The upload is slower than ${minBytesPerSecond} bytes a second. Send it again over a faster connection`,
  )
const uploadTimedOut = ({ timeoutMs }: UploadLimits) =>
  new AppError('too_slow', 'upload.timed_out', `The upload took longer than ${timeoutMs / 1000} s`)
const clientGone = () => new AppError('invalid', 'upload.aborted', 'The upload was broken off')
const malformed = (what: string, cause?: unknown) =>
  new AppError('invalid', 'upload.malformed', `The multipart body is not valid: ${what}`, { cause })
const fileMissing = (field: string) =>
  fieldFault('upload.file_missing', field, `A file in the field "${field}" is needed`)
const tooManyFiles = (field: string) =>
  fieldFault('upload.too_many_files', field, `Exactly one file in "${field}" is expected`)
const unexpectedField = (name: string) =>
  fieldFault('upload.unexpected_field', name, 'This field is not expected, or is given twice')
