/** Small MP4 files that declare far more samples than they hold. */
export type Bomb = {
  /** Where the samples are declared: in a sample table, or in a fragment's run. */
  kind: 'stsz' | 'trun'
  samples: number
  tracks: number
}

export function mp4Bomb(bomb: Bomb): Buffer {
  const ids = Array.from({ length: bomb.tracks }, (_, index) => index + 1)
  const isTable = bomb.kind === 'stsz'
  return Buffer.concat([
    box('ftyp', text('M4A '), zeros(4), text('M4A ')),
    box(
      'moov',
      box(
        'mvhd',
        zeros(12),
        u32(1_000, 10_000_000, 0x10000, 0x1000000),
        zeros(8),
        matrix(),
        zeros(24),
        u32(99),
      ),
      ...ids.map((id) => track(id, isTable ? bomb.samples : 0)),
      ...(isTable ? [] : [box('mvex', ...ids.map((id) => box('trex', u32(0, id, 1, 1, 2, 0))))]),
    ),
    box('mdat', text('x'.repeat(64))),
    ...(isTable ? [] : ids.map((id) => fragment(id, bomb.samples))),
  ])
}

const fragment = (id: number, samples: number) =>
  box(
    'moof',
    box('mfhd', u32(0, id)),
    box('traf', box('tfhd', u32(0x20000, id)), box('trun', u32(0, samples))),
  )

function track(id: number, samples: number): Buffer {
  const hasSamples = samples > 0
  const stbl = box(
    'stbl',
    box('stsd', u32(0, 1), box('mp4a', zeros(6), u16(1), zeros(8), u16(1, 16), zeros(4), u32(16_000 << 16))),
    box('stts', u32(0), hasSamples ? u32(1, samples, 2) : u32(0)),
    box('stsc', u32(0), hasSamples ? u32(1, 1, samples, 1) : u32(0)),
    box('stsz', u32(0, hasSamples ? 1 : 0, samples)),
    box('stco', u32(0), hasSamples ? u32(1, 44) : u32(0)),
  )
  const minf = box(
    'minf',
    box('smhd', zeros(8)),
    box('dinf', box('dref', u32(0, 1), box('url ', u32(1)))),
    stbl,
  )
  const mdhd = box('mdhd', zeros(12), u32(16_000, samples || 16_000), u16(0x55c4, 0))
  const hdlr = box('hdlr', zeros(8), text('soun'), zeros(12), text('x\0'))
  const tkhd = box('tkhd', u32(7, 0, 0, id, 0, 10_000_000), zeros(16), matrix(), zeros(8))
  return box('trak', tkhd, box('mdia', mdhd, hdlr, minf))
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([u32(body.length + 8), text(type), body])
}

const text = (value: string) => Buffer.from(value, 'latin1')
const zeros = (bytes: number) => Buffer.alloc(bytes)
const matrix = () => u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
const u32 = (...values: number[]) =>
  integers(values, 4, (bytes, value, at) => bytes.writeUInt32BE(value >>> 0, at))
const u16 = (...values: number[]) => integers(values, 2, (bytes, value, at) => bytes.writeUInt16BE(value, at))

function integers(
  values: number[],
  size: number,
  write: (bytes: Buffer, value: number, at: number) => void,
): Buffer {
  const bytes = Buffer.alloc(values.length * size)
  for (const [index, value] of values.entries()) write(bytes, value, index * size)
  return bytes
}
