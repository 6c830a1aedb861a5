import { type FileHandle, open } from 'node:fs/promises'

/** ISO 14496-12 (MP4, M4A, 3GP, MOV): the boxes that hold boxes and lead to tables of samples. */
const CONTAINERS = new Set(['moov', 'trak', 'edts', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf'])
const MAX_DEPTH = 8
/** A fragment of sound has seven boxes: ten a second for two minutes are 8,400. */
const MAX_BOXES = 20_000
/** A recorder writes one or two edits, a cutting program one for each cut. */
const MAX_EDITS = 200
/** Old codecs of QuickTime count samples of sound, not packets: GSM has 4.8 for a byte, MACE 6. */
const MAX_SAMPLES_PER_BYTE = 8

/** Bytes of one entry in the tables that begin with 4 bytes of version and flags and 4 bytes of count. */
const ENTRY_BYTES: Readonly<Record<string, number>> = {
  stts: 8,
  ctts: 8,
  stsc: 12,
  stco: 4,
  co64: 8,
  stss: 4,
  elst: 12,
}
/** Where the number of samples stands in a box. */
const SAMPLE_COUNT_AT: Readonly<Record<string, number>> = { stsz: 8, stz2: 8, trun: 4 }

type Span = { start: number; end: number }
type Box = Span & { type: string }
type Read = (position: number, length: number) => Promise<Buffer>

/**
 * Whether an MP4 file declares more samples, edits or boxes than it can hold. ffmpeg allocates memory for each declared
 * sample before it reads one, so that a file of 600 bytes can ask for gigabytes.
 */
export async function declaresTooMuch(path: string): Promise<boolean> {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  const read = createReader(file)
  const declared = { boxes: 0, samples: 0, edits: 0 }
  for await (const box of boxesIn(read, { start: 0, end: size })) {
    const head = await read(box.start, 12)
    const entries = uint32(head, 4)
    declared.boxes += 1
    declared.samples += uint32(head, SAMPLE_COUNT_AT[box.type])
    declared.edits += box.type === 'elst' ? entries : 0
    if (entries * (ENTRY_BYTES[box.type] ?? 0) > box.end - box.start) return true
    if (declared.boxes > MAX_BOXES || declared.edits > MAX_EDITS) return true
    if (declared.samples > size * MAX_SAMPLES_PER_BYTE) return true
  }
  return false
}

/** Each box before those in it, in the order of the file. */
async function* boxesIn(read: Read, { start, end }: Span, depth = 0): AsyncGenerator<Box> {
  for (let at = start; at + 8 <= end; ) {
    const box = toBox(await read(at, 16), at, end)
    if (!box) return
    yield box
    if (CONTAINERS.has(box.type) && depth < MAX_DEPTH) yield* boxesIn(read, box, depth + 1)
    at = box.end
  }
}

/** Section 4.2: 32 bits of size, the type, and 64 bits of size when the first ones say 1; 0 is "to the end". */
function toBox(header: Buffer, at: number, parentEnd: number): Box | undefined {
  if (header.length < 8) return undefined
  const size = header.readUInt32BE(0)
  const isLarge = size === 1 && header.length === 16
  const bytes = size === 0 ? parentEnd - at : isLarge ? Number(header.readBigUInt64BE(8)) : size
  const headerBytes = isLarge ? 16 : 8
  // Not a box: ffmpeg shall say what is wrong.
  if (bytes < headerBytes) return undefined
  const type = header.toString('latin1', 4, 8)
  return { type, start: at + headerBytes, end: Math.min(at + bytes, parentEnd) }
}

const uint32 = (bytes: Buffer, at: number | undefined) =>
  at !== undefined && at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0

const WINDOW_BYTES = 65_536

/** Reads a few bytes anywhere in a file through one window, because boxes are small and lie side by side. */
function createReader(file: FileHandle): Read {
  const window = Buffer.alloc(WINDOW_BYTES)
  let start = 0
  let filled = 0
  return async (position, length) => {
    if (position < start || position + length > start + filled) {
      filled = (await file.read(window, 0, WINDOW_BYTES, position)).bytesRead
      start = position
    }
    return window.subarray(position - start, Math.min(filled, position - start + length))
  }
}
