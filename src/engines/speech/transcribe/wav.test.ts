import { expect, test } from 'vitest'
import { encodeWav, wavByteCount } from './wav.ts'

test('a wave file has the documented header and the samples as 16-bit integers', () => {
  const bytes = encodeWav(Float32Array.of(0, 1, -1, 2, Number.NaN, 0.5))
  const view = new DataView(bytes.buffer)
  const ascii = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to))
  expect([ascii(0, 4), ascii(8, 16), ascii(36, 40)]).toEqual(['RIFF', 'WAVEfmt ', 'data'])
  expect(view.getUint32(4, true)).toBe(bytes.length - 8)
  expect([view.getUint16(22, true), view.getUint32(24, true), view.getUint16(34, true)]).toEqual([
    1, 16_000, 16,
  ])
  expect(view.getUint32(40, true)).toBe(12)
  const samples = Array.from({ length: 6 }, (_, index) => view.getInt16(44 + 2 * index, true))
  expect(samples).toEqual([0, 32_767, -32_767, 32_767, 0, 16_384])
})

test('two minutes are 3.84 MB, far below what transcribers take', () => {
  expect(wavByteCount(120 * 16_000)).toBe(3_840_044)
})
