import { open } from 'node:fs/promises'
import { fileTypeFromBuffer } from 'file-type'
import { audioEmpty, audioUnsupportedType } from './errors.ts'

export type SniffedAudio = {
  contentType: string
  /** The demuxer that is forced on ffmpeg, so that it never guesses from the content: see `decode.ts`. */
  ffmpegFormat: string
}

/** What `file-type` needs to tell the accepted types apart (`reasonableDetectionSizeInBytes`). */
const HEAD_BYTES = 4_100
const ID3_HEADER_BYTES = 10

/** Video containers are accepted for their sound: recorders of browsers and phones write them without pictures. */
const ACCEPTED: Readonly<Record<string, SniffedAudio>> = {
  'video/webm': { contentType: 'audio/webm', ffmpegFormat: 'matroska' },
  'video/matroska': { contentType: 'audio/matroska', ffmpegFormat: 'matroska' },
  'audio/ogg; codecs=opus': { contentType: 'audio/ogg', ffmpegFormat: 'ogg' },
  'audio/ogg': { contentType: 'audio/ogg', ffmpegFormat: 'ogg' },
  'application/ogg': { contentType: 'audio/ogg', ffmpegFormat: 'ogg' },
  'audio/mpeg': { contentType: 'audio/mpeg', ffmpegFormat: 'mp3' },
  'audio/x-m4a': { contentType: 'audio/mp4', ffmpegFormat: 'mov' },
  'audio/mp4': { contentType: 'audio/mp4', ffmpegFormat: 'mov' },
  'video/mp4': { contentType: 'audio/mp4', ffmpegFormat: 'mov' },
  'video/quicktime': { contentType: 'audio/mp4', ffmpegFormat: 'mov' },
  'video/3gpp': { contentType: 'audio/3gpp', ffmpegFormat: 'mov' },
  'video/3gpp2': { contentType: 'audio/3gpp2', ffmpegFormat: 'mov' },
  'audio/wav': { contentType: 'audio/wav', ffmpegFormat: 'wav' },
  'audio/flac': { contentType: 'audio/flac', ffmpegFormat: 'flac' },
  'audio/aac': { contentType: 'audio/aac', ffmpegFormat: 'aac' },
}

/** Decides the type of a file by its first bytes alone; neither its name nor a declared type is looked at. */
export async function sniffAudio(path: string): Promise<SniffedAudio> {
  const head = await readHead(path)
  if (head.length === 0) throw audioEmpty()
  const detected = await fileTypeFromBuffer(head)
  const accepted = detected && ACCEPTED[detected.mime]
  if (!accepted) throw audioUnsupportedType(detected?.mime ?? 'no known audio format')
  return accepted
}

/** The first bytes after an ID3v2 tag, which may hold a picture of any size before the sound begins. */
async function readHead(path: string): Promise<Uint8Array> {
  await using file = await open(path, 'r')
  const head = await readAt(file, 0)
  const tagBytes = id3TagBytes(head)
  if (tagBytes === 0) return head
  const afterTag = await readAt(file, tagBytes)
  return afterTag.length > 0 ? afterTag : head
}

async function readAt(file: Awaited<ReturnType<typeof open>>, position: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, position)
  return buffer.subarray(0, bytesRead)
}

/** ID3v2.4 section 3.1: the size is four bytes of seven bits each and leaves out the header itself. */
function id3TagBytes(head: Uint8Array): number {
  const [i, d, three] = head
  if (head.length < ID3_HEADER_BYTES || i !== 0x49 || d !== 0x44 || three !== 0x33) return 0
  const bodyBytes = head.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0)
  return ID3_HEADER_BYTES + bodyBytes
}
