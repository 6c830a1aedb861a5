import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** One chunk as the PNG specification lays it out; `checksum` may be a wrong one. */
export function pngChunk(type: string, data: Buffer, checksum?: number): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(checksum ?? crc32(content))
  return Buffer.concat([length, content, crc])
}

const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])

/** A picture of one grey pixel with these chunks in it. */
export const pngWith = (...chunks: Buffer[]): Buffer =>
  Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    ...chunks,
    pngChunk('IEND', Buffer.alloc(0)),
  ])

export const toBase64 = (card: unknown) => Buffer.from(JSON.stringify(card)).toString('base64')

export const textChunk = (keyword: string, text: string) =>
  pngChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))

export function internationalChunk(keyword: string, text: string, { compressed }: { compressed: boolean }) {
  const content = Buffer.from(text)
  const head = Buffer.from(`${keyword}\0${compressed ? '\x01' : '\0'}\0en\0\0`, 'latin1')
  return pngChunk('iTXt', Buffer.concat([head, compressed ? deflateSync(content) : content]))
}
