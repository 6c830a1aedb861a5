import { describe, expect, test } from 'vitest'
import { findSpeech } from './speech-activity.ts'

const RATE = 16_000
/** Parts of [milliseconds, amplitude], each a 200 Hz sine. */
const sound = (...parts: [number, number][]) => {
  const pieces = parts.flatMap(([ms, amplitude]) =>
    Array.from({ length: ms * 16 }, (_, index) => amplitude * Math.sin((2 * Math.PI * 200 * index) / RATE)),
  )
  return Float32Array.from(pieces)
}

describe('findSpeech', () => {
  test('finds two bursts in quiet, to the length of one frame', () => {
    const { spans } = findSpeech(
      sound([500, 0.001], [400, 0.3], [600, 0.001], [300, 0.3], [500, 0.001]),
      RATE,
    )

    expect(spans).toHaveLength(2)
    expect(Math.abs((spans[0]?.startMs ?? 0) - 500)).toBeLessThanOrEqual(25)
    expect(Math.abs((spans[0]?.endMs ?? 0) - 900)).toBeLessThanOrEqual(25)
    expect(Math.abs((spans[1]?.startMs ?? 0) - 1_500)).toBeLessThanOrEqual(25)
  })

  test('a gap of 150 ms does not divide, one of 300 ms does', () => {
    const withGap = (ms: number) => findSpeech(sound([500, 0.001], [400, 0.3], [ms, 0.001], [400, 0.3]), RATE)

    expect(withGap(150).spans).toHaveLength(1)
    expect(withGap(300).spans).toHaveLength(2)
  })

  test('gain changes nothing', () => {
    const parts: [number, number][] = [
      [500, 0.002],
      [400, 0.5],
      [500, 0.002],
    ]
    const quieter = parts.map(([ms, amplitude]): [number, number] => [ms, amplitude / 8])

    expect(findSpeech(sound(...quieter), RATE).spans).toEqual(findSpeech(sound(...parts), RATE).spans)
  })

  test('silence, a steady tone and nothing at all hold no speech', () => {
    expect(findSpeech(new Float32Array(RATE), RATE).spans).toEqual([])
    expect(findSpeech(sound([1_000, 0.5]), RATE).spans).toEqual([])
    expect(findSpeech(new Float32Array(0), RATE).spans).toEqual([])
  })
})
