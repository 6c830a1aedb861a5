import { expect, test } from 'vitest'
import { createSpeechEngine } from '#engines/speech/engine.ts'
import { type Canary, readExpected, singCanaries } from '../support/canaries.ts'

/** Other processors round otherwise, other versions of ffmpeg resample otherwise. */
const SENTENCE_TOLERANCE = 3
const WORD_TOLERANCE = 8

test('the canaries sing as they did: scores move only when the scorer gets another version', async () => {
  const speech = createSpeechEngine({ threads: 2 })
  const now = await singCanaries(speech)
  await speech.close()
  const before = await readExpected()

  expect(Object.keys(now)).toEqual(Object.keys(before))
  for (const [name, canary] of Object.entries(now)) compare(name, canary, before[name])
})

function compare(name: string, now: Canary, before: Canary | undefined): void {
  if (!before || 'problem' in now || 'problem' in before) {
    expect(now, name).toEqual(before)
    return
  }
  expect(now.scorer, name).toBe(before.scorer)
  expectNear(now.scores, before.scores, { name, tolerance: SENTENCE_TOLERANCE })
  expect(now.words.map(Object.keys), name).toEqual(before.words.map(Object.keys))
  for (const [at, word] of now.words.entries()) {
    expectNear(word, before.words[at] ?? {}, { name, tolerance: WORD_TOLERANCE })
  }
}

type Scores = Record<string, number | null>

function expectNear(now: Scores, before: Scores, { name, tolerance }: { name: string; tolerance: number }) {
  for (const [key, score] of Object.entries(now)) {
    const expected = before[key] ?? null
    if (score === null || expected === null) expect(score, `${name} ${key}`).toBe(expected)
    else expect(Math.abs(score - expected), `${name} ${key}`).toBeLessThanOrEqual(tolerance)
  }
}

test('what the canaries are for: no speech has no scores, and other words score far below their own', async () => {
  const expected = await readExpected()
  const overall = (name: string) => {
    const canary = expected[name]
    return canary && 'scores' in canary ? (canary.scores.overall ?? 0) : Number.NaN
  }
  for (const name of ['silence', 'noise', 'hum', 'chord', 'melody']) {
    expect(expected[name], name).toEqual({ problem: 'audio.no_speech' })
  }
  expect(overall('other words')).toBeLessThan(overall('woman') - 30)
  expect(overall('Korean for English')).toBeLessThan(20)
  expect(overall('German for English')).toBeLessThan(20)
  expect(overall('one word wrong')).toBeLessThan(overall('man'))
  expect(overall('two words too many')).toBeLessThan(overall('woman'))
})
