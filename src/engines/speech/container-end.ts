import { type FileHandle, open } from 'node:fs/promises'

const HEAD_BYTES = 65_536
/** One Ogg page is at most 65,307 bytes (RFC 3533, section 6). */
const TAIL_BYTES = 65_536
/** Chunk sizes that recorders write when they cannot come back to fill them in. */
const UNKNOWN_SIZES = new Set([0, 0xffffffff, 0x7fffffff])
const OGG_HEADER_BYTES = 27
const BOX_HEADER_BYTES = 16
/** A fragmented recording has two boxes per fragment, of a second or so. */
const MAX_BOXES = 2_000

/**
 * Whether a file ends before its own headers say so. ffmpeg plays a cut wav or ogg without a word and calls a cut m4a
 * merely invalid; the other containers are judged by what ffmpeg reports (`decode-verdict.ts`).
 */
export async function isCutOff(path: string, ffmpegFormat: string): Promise<boolean> {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  if (ffmpegFormat === 'wav') return wavDataPassesEnd(await readAt(file, 0, HEAD_BYTES), size)
  if (ffmpegFormat === 'ogg') {
    return lastOggPagePassesEnd(await readAt(file, Math.max(0, size - TAIL_BYTES), TAIL_BYTES))
  }
  return ffmpegFormat === 'mov' && (await lastBoxPassesEnd(file, size))
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function wavDataPassesEnd(head: Buffer, fileBytes: number): boolean {
  let offset = 12
  while (offset + 8 <= head.length) {
    const chunkBytes = head.readUInt32LE(offset + 4)
    if (head.toString('latin1', offset, offset + 4) === 'data') {
      return !UNKNOWN_SIZES.has(chunkBytes) && offset + 8 + chunkBytes > fileBytes
    }
    // Chunks begin on even bytes.
    offset += 8 + chunkBytes + (chunkBytes % 2)
  }
  return false
}

function lastOggPagePassesEnd(tail: Buffer): boolean {
  const page = tail.lastIndexOf('OggS', undefined, 'latin1')
  if (page < 0) return false
  const segmentCount = tail[page + OGG_HEADER_BYTES - 1]
  if (segmentCount === undefined) return true
  const bodyStart = page + OGG_HEADER_BYTES + segmentCount
  if (bodyStart > tail.length) return true
  const bodyBytes = tail.subarray(page + OGG_HEADER_BYTES, bodyStart).reduce((sum, size) => sum + size, 0)
  return bodyStart + bodyBytes > tail.length
}

/** ISO 14496-12, section 4.2: 32 bits of size, the type, and 64 bits of size when the first ones say 1; 0 is "to the end". */
async function lastBoxPassesEnd(file: FileHandle, fileBytes: number): Promise<boolean> {
  let offset = 0
  for (let box = 0; box < MAX_BOXES && offset < fileBytes; box += 1) {
    const header = await readAt(file, offset, BOX_HEADER_BYTES)
    // A few stray bytes behind the last box.
    if (header.length < 8) return false
    const size = header.readUInt32BE(0)
    if (size === 0) return false
    const isLarge = size === 1 && header.length === BOX_HEADER_BYTES
    const boxBytes = isLarge ? Number(header.readBigUInt64BE(8)) : size
    // Not a box: ffmpeg shall say what is wrong.
    if (boxBytes < 8) return false
    offset += boxBytes
  }
  return offset > fileBytes
}
