import { crc32, inflateSync } from 'node:zlib'
import { AppError } from '#base/errors.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Length, type and checksum. */
const ENVELOPE_BYTES = 12
const MAX_CHUNKS = 100_000
/** Text in a picture is a caption or a card; what unfolds into more is an attack. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type Chunk = { type: string; data: Buffer; start: number; end: number }

export type PngText = { keyword: string; text: string }

export const isPng = (bytes: Buffer) => bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)

/**
 * What is written in the picture under these keywords (PNG 3rd edition, 11.3.3: tEXt, zTXt, iTXt), in the order of the
 * file. The packages that read chunks check neither lengths nor checksums, and unfold compressed text without a limit.
 */
export function readPngTexts(bytes: Buffer, keywords: readonly string[]): PngText[] {
  return listChunks(bytes).flatMap((chunk) => {
    const keyword = keywordOf(chunk)
    if (keyword === undefined || !keywords.includes(keyword)) return []
    return [{ keyword, text: textOf(chunk, keyword) }]
  })
}

/** The picture with this text in front of its end, and without what stood there under any of `replaced`. */
export function withPngText(
  bytes: Buffer,
  { keyword, text, replaced }: PngText & { replaced: readonly string[] },
): Buffer {
  const kept = listChunks(bytes).filter((chunk) => !replaced.includes(keywordOf(chunk) ?? ''))
  const raw = ({ start, end }: Chunk) => bytes.subarray(start, end)
  const body = kept.filter(({ type }) => type !== 'IEND').map(raw)
  const ending = kept.filter(({ type }) => type === 'IEND').map(raw)
  return Buffer.concat([SIGNATURE, ...body, toTextChunk(keyword, text), ...ending])
}

function toTextChunk(keyword: string, text: string): Buffer {
  const content = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length - 4)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, checksum])
}

/** All of them, whole and with true checksums, up to the end of the picture; throws `png.broken`. */
function listChunks(bytes: Buffer): Chunk[] {
  if (!isPng(bytes)) throw pngBroken('it does not begin like a PNG')
  const chunks: Chunk[] = []
  let start = SIGNATURE.length
  while (chunks.at(-1)?.type !== 'IEND') {
    const chunk = readChunk(bytes, start)
    chunks.push(chunk)
    start = chunk.end
    if (chunks.length > MAX_CHUNKS) throw pngBroken(`it has more than ${MAX_CHUNKS} chunks`)
  }
  return chunks
}

function readChunk(bytes: Buffer, start: number): Chunk {
  if (start + ENVELOPE_BYTES > bytes.length) throw pngBroken(`it ends at byte ${bytes.length}, without IEND`)
  const length = bytes.readUInt32BE(start)
  const end = start + ENVELOPE_BYTES + length
  const type = bytes.toString('latin1', start + 4, start + 8)
  if (!/^[A-Za-z]{4}$/.test(type)) throw pngBroken(`there is no chunk at byte ${start}`)
  if (end > bytes.length) throw pngBroken(`the chunk ${type} at byte ${start} is cut off`)
  const checked = bytes.subarray(start + 4, end - 4)
  if (crc32(checked) !== bytes.readUInt32BE(end - 4)) {
    throw pngBroken(`the checksum of the chunk ${type} at byte ${start} is wrong`)
  }
  return { type, data: checked.subarray(4), start, end }
}

function keywordOf({ type, data }: Chunk): string | undefined {
  if (!['tEXt', 'zTXt', 'iTXt'].includes(type)) return undefined
  const end = data.indexOf(0)
  return end < 0 ? undefined : data.toString('latin1', 0, end)
}

function textOf({ type, data, start }: Chunk, keyword: string): string {
  const after = data.subarray(Buffer.byteLength(keyword, 'latin1') + 1)
  if (type === 'tEXt') return after.toString('latin1')
  if (type === 'zTXt') return inflate(after.subarray(1), start).toString('latin1')
  // iTXt: a flag and a method, then a language and a translated keyword, each with a NUL at its end.
  const isCompressed = after[0] === 1
  const languageEnd = after.indexOf(0, 2)
  const keywordEnd = languageEnd < 0 ? -1 : after.indexOf(0, languageEnd + 1)
  if (keywordEnd < 0) throw pngBroken(`the chunk iTXt at byte ${start} has no text`)
  const content = after.subarray(keywordEnd + 1)
  try {
    return UTF8.decode(isCompressed ? inflate(content, start) : content)
  } catch (error) {
    throw error instanceof AppError ? error : pngBroken(`the chunk iTXt at byte ${start} is not UTF-8`, error)
  }
}

function inflate(content: Buffer, start: number): Buffer {
  try {
    return inflateSync(content, { maxOutputLength: MAX_TEXT_BYTES })
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    const what = isTooLarge ? `unfolds into more than ${MAX_TEXT_BYTES} bytes` : 'cannot be unfolded'
    throw pngBroken(`the compressed text at byte ${start} ${what}`, error)
  }
}

const pngBroken = (what: string, cause?: unknown) =>
  new AppError('invalid', 'png.broken', `The picture is broken: ${what}`, { cause })
