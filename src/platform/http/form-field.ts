import type { Readable } from 'node:stream'
import { AppError } from '#base/errors.ts'

const MAX_FIELD_BYTES = 32 * 1024
const MAX_NAME_CHARACTERS = 100

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text of one part of a multipart body, decided by its bytes: they must be UTF-8, whatever charset the part declares.
 * Throws `upload.field_too_large` or `upload.field_not_utf8` with the name of the field.
 */
export async function readField(part: Readable, name: string): Promise<string> {
  const chunks: Buffer[] = []
  let byteCount = 0
  for await (const chunk of part as AsyncIterable<Buffer>) {
    byteCount += chunk.length
    if (byteCount > MAX_FIELD_BYTES) throw fieldTooLarge(name)
    chunks.push(chunk)
  }
  try {
    return utf8.decode(Buffer.concat(chunks))
  } catch {
    throw fieldNotUtf8(name)
  }
}

export const fieldFault = (code: string, name: string, message: string) =>
  new AppError('invalid', code, message, { faults: [{ path: name.slice(0, MAX_NAME_CHARACTERS), message }] })

const fieldTooLarge = (name: string) => fieldFault('upload.field_too_large', name, 'This field is too long')

const fieldNotUtf8 = (name: string) =>
  fieldFault(
    'upload.field_not_utf8',
    name,
    'This field is not UTF-8: encode its text as UTF-8 and send it again',
  )
