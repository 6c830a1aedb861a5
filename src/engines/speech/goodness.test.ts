import { expect, test } from 'vitest'
import { rateWords } from './goodness.ts'

const sound = (phone: string, startMs: number, durationMs: number, logLikelihood: number) => ({
  phone,
  startMs,
  durationMs,
  logLikelihood,
})
const spoken = (...phones: ReturnType<typeof sound>[]) => ({
  text: 'right',
  status: 'spoken' as const,
  phones,
})

test('goodness is the log likelihood per frame, and the margin that minus the loop over the same frames', () => {
  // R over frames 0-9 at -60; the loop has L over 0-6 at -14 (-2 a frame) and AY over 7-9 at -12 (-4 a frame).
  const [word] = rateWords(
    [spoken(sound('R', 0, 100, -60))],
    [sound('L', 0, 70, -14), sound('AY', 70, 30, -12)],
  )

  expect(word?.status === 'spoken' && word.phones[0]).toMatchObject({ goodness: -6, rival: 'L' })
  expect(word?.status === 'spoken' && word.phones[0]?.margin).toBeCloseTo(-6 - (7 * -2 + 3 * -4) / 10, 10)
})

test('silence and sounds over less than six tenths of the phone are no rival', () => {
  const rivalOf = (...sounds: ReturnType<typeof sound>[]) => {
    const [word] = rateWords([spoken(sound('R', 0, 100, -60))], sounds)
    return word?.status === 'spoken' ? word.phones[0]?.rival : undefined
  }

  expect(rivalOf(sound('SIL', 0, 100, -20))).toBeUndefined()
  expect(rivalOf(sound('L', 0, 50, -10), sound('W', 50, 50, -10))).toBeUndefined()
  expect(rivalOf(sound('L', 0, 60, -10), sound('W', 60, 40, -10))).toBe('L')
})

test('words that were not said or are not known are passed through', () => {
  const words = [
    { text: 'a', status: 'omitted' as const },
    { text: 'b', status: 'unknown' as const, phones: [sound('B', 0, 50, -9)] },
  ]

  expect(rateWords(words, [])).toEqual(words)
})
