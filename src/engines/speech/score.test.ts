import { describe, expect, test } from 'vitest'
import type { RatedWord } from './goodness.ts'
import { scoreUtterance } from './score.ts'

/** A word whose phones of 100 ms fit the sound with the given log likelihood per frame. */
function word(text: string, startMs: number, phones: string, goodness = -1): RatedWord {
  const rated = phones.split(' ').map((phone, index) => ({
    phone,
    startMs: startMs + 100 * index,
    durationMs: 100,
    logLikelihood: 10 * goodness,
    goodness,
    margin: goodness + 3,
    rival: goodness < -5 ? 'L' : phone,
  }))
  return { text, status: 'spoken', phones: rated }
}

const omitted = (text: string): RatedWord => ({ text, status: 'omitted' })
const usable = { snrDb: 30, clippingRatio: 0, speechRatio: 0.8, usable: true }

/** The loop found sounds wherever there is a word. */
function score(
  words: readonly RatedWord[],
  quality: Parameters<typeof scoreUtterance>[0]['quality'] = usable,
) {
  const sounds = words.flatMap((one) => (one.status === 'omitted' ? [] : one.phones))
  return scoreUtterance({
    reference: 'red lorry',
    transcript: null,
    durationMs: 2_000,
    quality,
    words,
    sounds,
    frequenciesHz: new Float32Array([200, 220, 240]),
  })
}

const red = word('red', 300, 'R EH D')
const lorry = word('lorry', 600, 'L AO R IY')

describe('scoreUtterance', () => {
  test('sound that fits worse scores lower, in the sentence, the word and the phone', () => {
    const good = score([red, lorry])
    const poor = score([word('red', 300, 'R EH D', -4), lorry])

    expect(poor.scores.accuracy ?? 100).toBeLessThan(good.scores.accuracy ?? 0)
    expect(poor.words[0]?.score ?? 100).toBeLessThan(good.words[0]?.score ?? 0)
    expect(poor.words[0]?.phones[0]?.score ?? 100).toBeLessThan(good.words[0]?.phones[0]?.score ?? 0)
    expect(poor.words[1]).toEqual(good.words[1])
  })

  test('a rival is named only where it fits much better', () => {
    const phones = score([word('red', 300, 'R EH', -9), lorry]).words.flatMap((one) => one.phones)

    expect(phones.map(({ heard }) => heard)).toEqual(['L', 'L', undefined, undefined, undefined, undefined])
  })

  test('completeness is the share of known words that were said', () => {
    const unknown: RatedWord = { text: 'Dongseongno', status: 'unknown', phones: [] }

    expect(score([red, omitted('a'), lorry, unknown]).scores.completeness).toBe(67)
  })

  test('when nothing of the text was said nothing is made up', () => {
    const { scores, unscored, fluency } = score([omitted('red'), omitted('lorry')])

    expect(scores).toEqual({ accuracy: 0, completeness: 0, overall: 0, fluency: null, prosody: null })
    expect(unscored).toEqual({ fluency: 'text_not_spoken', prosody: 'text_not_spoken' })
    expect(fluency).toBeNull()
  })

  test('sound that cannot be judged has times but no scores', () => {
    const { scores, unscored, words } = score([red, lorry], { ...usable, usable: false, reason: 'too_noisy' })

    expect(Object.values(scores)).toEqual([null, null, null, null, null])
    expect(unscored.accuracy).toBe('too_noisy')
    expect(words[0]).toMatchObject({ startMs: 300, endMs: 600, score: null, unscored: 'too_noisy' })
    expect(words[0]?.phones[2]).toEqual({ phone: 'D', startMs: 500, endMs: 600, score: null })
  })
})
