import { SAMPLE_RATE_HZ } from '../sample-rate.ts'

const HEADER_BYTES = 44
const BYTES_PER_SAMPLE = 2
const FULL_SCALE = 32_767
const FORMAT_PCM = 1
const CHANNELS = 1

export const wavByteCount = (sampleCount: number) => HEADER_BYTES + sampleCount * BYTES_PER_SAMPLE

/** 16-bit PCM, mono, 16 kHz: 32 kB a second. Samples outside of [-1, 1] are clipped; what is no number is silence. */
export function encodeWav(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const dataBytes = samples.length * BYTES_PER_SAMPLE
  const bytes = new Uint8Array(wavByteCount(samples.length))
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode('RIFF'), 0)
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true)
  bytes.set(new TextEncoder().encode('WAVEfmt '), 8)
  view.setUint32(16, 16, true)
  view.setUint16(20, FORMAT_PCM, true)
  view.setUint16(22, CHANNELS, true)
  view.setUint32(24, SAMPLE_RATE_HZ, true)
  view.setUint32(28, SAMPLE_RATE_HZ * BYTES_PER_SAMPLE * CHANNELS, true)
  view.setUint16(32, BYTES_PER_SAMPLE * CHANNELS, true)
  view.setUint16(34, BYTES_PER_SAMPLE * 8, true)
  bytes.set(new TextEncoder().encode('data'), 36)
  view.setUint32(40, dataBytes, true)
  samples.forEach((sample, index) => {
    view.setInt16(HEADER_BYTES + index * BYTES_PER_SAMPLE, toInteger(sample), true)
  })
  return bytes
}

const toInteger = (sample: number) =>
  Number.isNaN(sample) ? 0 : Math.round(Math.max(-1, Math.min(1, sample)) * FULL_SCALE)
