import { expect, test } from 'vitest'
import { fluencyFacts, timeWords } from './fluency.ts'

/** A word of phones of 100 ms each, from a start. */
const word = (startMs: number, ...phones: string[]) => ({
  phones: phones.map((phone, index) => ({
    phone,
    startMs: startMs + index * 100,
    durationMs: 100,
  })),
})

test('rates, runs and pauses follow their definitions', () => {
  // "no sugar ... please": 200 ms, no gap, 400 ms, a pause of 300 ms, 400 ms; four vowels.
  const timing = timeWords([
    word(500, 'N', 'OW'),
    word(700, 'SH', 'UH', 'G', 'ER'),
    word(1_400, 'P', 'L', 'IY', 'Z'),
  ])

  expect(timing).toMatchObject({ syllables: 4, totalMs: 1_300, phonationMs: 1_000 })
  expect(timing && fluencyFacts(timing, [])).toEqual({
    syllablesPerSecond: 3.08,
    articulationRate: 4,
    phonationRatio: 0.77,
    pauses: [{ startMs: 1_100, durationMs: 300 }],
    pauseCount: 1,
    pauseTotalMs: 300,
    meanRunSyllables: 2,
    repetitions: [],
  })
})

test('a silence of 249 ms is no pause and one of 250 ms is', () => {
  const pausesAfter = (gapMs: number) => timeWords([word(0, 'AA'), word(100 + gapMs, 'AA')])?.pauses

  expect(pausesAfter(249)).toEqual([])
  expect(pausesAfter(250)).toEqual([{ startMs: 100, durationMs: 250 }])
})

test('nothing said has no timing', () => {
  expect(timeWords([])).toBeUndefined()
  expect(timeWords([{ phones: [] }])).toBeUndefined()
})
