import { describe, expect, test } from 'vitest'
import type { AssessedPhone, AssessedWord, Assessment } from '../assessment.ts'
import { adviseOn } from './advise-on.ts'
import type { FeedbackTemplate, FeedbackTemplates } from './template.ts'

const template = (key: string, rest: Partial<FeedbackTemplate> = {}): FeedbackTemplate => ({
  key,
  kind: 'sound',
  where: 'anywhere',
  explanation: { en: `en ${key} {{words}}`, ko: `한글 ${key} {{words}}` },
  ...rest,
})

const ENGLISH: FeedbackTemplates = {
  file: 'en.yaml',
  version: 'v-en',
  firstLanguage: 'en',
  templates: [
    template('r', { sound: 'R' }),
    template('th', { sound: 'TH' }),
    template('ih', { sound: 'IH' }),
    template('d', { sound: 'D' }),
    template('d-as-t', { sound: 'D', heardAs: ['T'], where: 'coda' }),
    template('vowel', { kind: 'inserted_vowel' }),
    template('cluster', { kind: 'inserted_vowel', where: 'cluster' }),
    template('stress', { kind: 'word_stress' }),
    template('left-out', { kind: 'omitted_word' }),
    template('added', { kind: 'inserted_word' }),
    template('pause', {
      kind: 'long_pause',
      explanation: { en: '{{seconds}} s after {{words}}', ko: '{{words}} 뒤 {{seconds}}초' },
    }),
    template('slow', { kind: 'slow_speech', explanation: { en: '{{rate}} a second', ko: '{{rate}}음절' } }),
    template('rhythm', { kind: 'flat_rhythm', explanation: { en: 'rhythm', ko: '리듬' } }),
  ],
}
const KOREAN: FeedbackTemplates = {
  file: 'ko.yaml',
  version: 'v-ko',
  firstLanguage: 'ko',
  templates: [
    template('r-as-l', {
      sound: 'R',
      heardAs: ['L'],
      tip: { en: 'round', ko: '둥글게' },
      minimalPairs: [['rice', 'lice']],
    }),
    template('ko-r', { sound: 'R' }),
  ],
}
const TEMPLATES = [ENGLISH, KOREAN]

const good = (phone: string): AssessedPhone => ({ phone, startMs: 0, endMs: 100, score: 95 })
const poor = (phone: string, score: number, heard?: string): AssessedPhone => ({
  ...good(phone),
  score,
  ...(heard && { heard }),
})

const word = (text: string, phones: AssessedPhone[], rest: Partial<AssessedWord> = {}): AssessedWord => {
  const isPoor = phones.some(({ score }) => score !== null && score < 70)
  const status = isPoor ? 'mispronounced' : 'ok'
  return { text, startMs: 0, endMs: 300, score: 50, stress: null, status, phones, ...rest }
}
const unspoken = { startMs: null, endMs: null, score: null, status: 'omitted' } as const

const FLUENCY = { phonationRatio: 0.8, pauseCount: 0, pauseTotalMs: 0, repetitions: [] }
const UNSURE = { accuracy: null, fluency: null, prosody: null, completeness: null, overall: null }

/** The words stand 400 ms apart, in the order given. */
function assessmentOf(words: AssessedWord[], rest: Partial<Assessment> = {}): Assessment {
  return {
    transcript: null,
    reference: words.map(({ text }) => text).join(' '),
    durationMs: words.length * 400,
    scores: { accuracy: 80, fluency: 80, prosody: 80, completeness: 100, overall: 80 },
    unscored: {},
    confidence: UNSURE,
    prosody: null,
    fluency: { ...FLUENCY, syllablesPerSecond: 3, articulationRate: 4, pauses: [], meanRunSyllables: 5 },
    words: words.map((given, index) =>
      given.startMs === null ? given : { ...given, startMs: index * 400, endMs: index * 400 + 300 },
    ),
    audio: { snrDb: 30, clippingRatio: 0, speechRatio: 0.8, usable: true },
    basis: 'measured',
    scorer: { name: 'by-hand', version: '1' },
    ...rest,
  }
}

const RICE = word('rice', [poor('R', 20, 'L'), good('AY'), good('S')])
const ROAD = word('road', [poor('R', 40, 'L'), good('OW'), good('D')])
const THIN = word('thin', [poor('TH', 20), good('IH'), good('N')])
const SIT = word('sit', [good('S'), poor('IH', 60), good('T')])
const FINE = word('fine', [good('F'), good('AY'), good('N')])

const adviceOn = (assessment: Assessment, languages: { firstLanguage?: string; language?: string } = {}) =>
  adviseOn({ assessment, templates: TEMPLATES, ...languages })
const keysOf = (...given: Parameters<typeof adviceOn>) => adviceOn(...given).map((one) => one.template.key)

describe('one piece of advice', () => {
  test('names both words with the same sound, where they are, and the text it was made from', () => {
    expect(adviceOn(assessmentOf([RICE, FINE, ROAD]), { firstLanguage: 'ko', language: 'ko' })).toEqual([
      {
        kind: 'sound',
        sound: 'R',
        heard: 'L',
        words: [
          { index: 0, text: 'rice', startMs: 0, endMs: 300 },
          { index: 2, text: 'road', startMs: 800, endMs: 1_100 },
        ],
        explanation: '한글 r-as-l ‘rice’, ‘road’',
        tip: '둥글게',
        minimalPairs: [['rice', 'lice']],
        template: { file: 'ko.yaml', key: 'r-as-l', version: 'v-ko' },
      },
    ])
  })

  test('covers a word in which nothing certain was heard, and takes the text of what weighs most', () => {
    const unsure = word('red', [poor('R', 60), good('EH'), good('D')])
    expect(adviceOn(assessmentOf([unsure, RICE]), { firstLanguage: 'ko' })).toMatchObject([
      { words: [{ text: 'red' }, { text: 'rice' }], heard: 'L', template: { key: 'r-as-l' } },
    ])
  })

  test('names three words, counts the others, and names a repeated word once', () => {
    const words = ['Rice', 'rice', 'road', 'red', 'run', 'ray'].map((text) => ({ ...RICE, text }))
    const [advice] = adviceOn(assessmentOf(words))
    expect(advice?.explanation).toBe('en r “rice”, “road”, “red” and 2 more')
    expect(advice?.words).toHaveLength(6)
    expect(adviceOn(assessmentOf(words), { language: 'ko' })[0]?.explanation).toContain('‘red’ 외 2개')
  })

  test('about one place in the word is kept apart from the sound elsewhere', () => {
    const bed = word('bed', [good('B'), good('EH'), poor('D', 30, 'T')])
    const day = word('day', [poor('D', 30, 'T'), good('EY')])
    expect(adviceOn(assessmentOf([bed, day]))).toMatchObject([
      { words: [{ text: 'bed' }], template: { key: 'd-as-t' } },
      { words: [{ text: 'day' }], template: { key: 'd' } },
    ])
  })
})

describe('languages', () => {
  test.each([
    ['ko', 'r-as-l'],
    ['ko-KR', 'r-as-l'],
    ['fr', 'r'],
    [undefined, 'r'],
  ])('a speaker of %s is answered from %s', (firstLanguage, key) => {
    expect(keysOf(assessmentOf([RICE]), firstLanguage ? { firstLanguage } : {})).toEqual([key])
  })

  test('a sound without a template of the first language falls back', () => {
    expect(keysOf(assessmentOf([THIN]), { firstLanguage: 'ko' })).toEqual(['th'])
  })

  test.each([
    ['ko', '한글 r'],
    ['ko-KR', '한글 r'],
    ['en', 'en r'],
    ['fr', 'en r'],
  ])('an explanation in %s begins with %j', (language, start) => {
    expect(adviceOn(assessmentOf([RICE]), { language })[0]?.explanation).toMatch(new RegExp(`^${start}`))
  })
})

describe('the most useful comes first', () => {
  test('a contrast that carries more before one that was missed as far', () => {
    expect(keysOf(assessmentOf([THIN, RICE]), { firstLanguage: 'ko' })).toEqual(['r-as-l', 'th'])
  })

  test('the same contrast three times before another once', () => {
    expect(keysOf(assessmentOf([ROAD, THIN, THIN, THIN]), { firstLanguage: 'ko' })).toEqual(['th', 'r-as-l'])
  })

  test('three at most', () => {
    const spoken = assessmentOf([RICE, THIN, SIT, word('table', [good('T')], unspoken)])
    expect(keysOf(spoken)).toEqual(['r', 'left-out', 'ih'])
  })
})

describe('nothing to say', () => {
  test('of good speech', () => {
    expect(adviceOn(assessmentOf([FINE, FINE]))).toEqual([])
  })

  test('of a poor phone in a word that the scorer accepts', () => {
    expect(adviceOn(assessmentOf([{ ...RICE, status: 'ok' }]))).toEqual([])
  })

  test('of audio that is not usable, or without an overall score, or of another text', () => {
    const { audio, scores } = assessmentOf([])
    const unusable = { ...audio, usable: false, reason: 'noise' }
    expect(adviceOn(assessmentOf([RICE], { audio: unusable }))).toEqual([])
    expect(adviceOn(assessmentOf([RICE], { scores: { ...scores, overall: null } }))).toEqual([])
    expect(adviceOn(assessmentOf([word('rice', [], unspoken)]))).toEqual([])
  })

  test('about sounds when most of the text was left out', () => {
    const { scores } = assessmentOf([])
    const words = [RICE, word('red', [], unspoken), word('table', [], unspoken)]
    expect(keysOf(assessmentOf(words, { scores: { ...scores, completeness: 33 } }))).toEqual(['left-out'])
  })
})

describe('vowels that do not belong there', () => {
  test('are found when the scorer says so, also in a word that it accepts', () => {
    const strike = word('strike', [
      { ...good('S'), insertedAfter: 'UH' },
      good('T'),
      good('R'),
      good('AY'),
      good('K'),
    ])
    expect(adviceOn(assessmentOf([strike]))).toMatchObject([
      { kind: 'inserted_vowel', heard: 'UH', words: [{ text: 'strike' }], template: { key: 'cluster' } },
    ])
  })

  test('are found when a vowel is heard over a firm consonant, not over one that resembles a vowel', () => {
    const bus = word('bus', [good('B'), good('AH'), poor('S', 40, 'UH')])
    const car = word('car', [good('K'), good('AA'), poor('R', 40, 'AH')])
    expect(keysOf(assessmentOf([bus]))).toEqual(['vowel'])
    expect(keysOf(assessmentOf([bus, FINE]))).toEqual(['vowel'])
    expect(keysOf(assessmentOf([car]))).toEqual(['r'])
  })

  test('are not taken from a vowel that follows anyway, nor from one that nobody would add', () => {
    const linked = [word('bad', [good('B'), good('AE'), poor('D', 40, 'AH')]), word('idea', [good('AY')])]
    expect(keysOf(assessmentOf(linked))).toEqual(['d'])
    expect(keysOf(assessmentOf([word('bad', [good('B'), good('AE'), poor('D', 40, 'AA')])]))).toEqual(['d'])
  })
})

describe('words and flow', () => {
  test('an added word and misplaced stress are named', () => {
    const stressed = word('hotel', [good('HH'), good('OW'), good('T'), good('EH'), good('L')], { stress: 30 })
    const added = word('the', [], { status: 'inserted', score: null })
    expect(adviceOn(assessmentOf([stressed, added]))).toMatchObject([
      { kind: 'word_stress', words: [{ text: 'hotel' }] },
      { kind: 'inserted_word', words: [{ text: 'the' }] },
    ])
  })

  test.each([
    ['inside a phrase is named with the word before it', 'fine fine', 1_500, ['1.5 s after “fine”']],
    ['at a comma is where it belongs', 'fine, fine', 1_500, []],
    ['of less than a second is none', 'fine fine', 900, []],
  ])('a pause %s', (_case, reference, durationMs, expected) => {
    const fluency = {
      ...FLUENCY,
      syllablesPerSecond: 3,
      articulationRate: 4,
      pauses: [{ startMs: 310, durationMs }],
      meanRunSyllables: 5,
    }
    const advice = adviceOn(assessmentOf([FINE, FINE], { reference, fluency }))
    expect(advice.map(({ explanation }) => explanation)).toEqual(expected)
  })

  test('slow and flat speech are named when the scores are low, and only in more than a few words', () => {
    const rest = {
      scores: { accuracy: 80, fluency: 40, prosody: 30, completeness: 100, overall: 50 },
      fluency: {
        ...FLUENCY,
        syllablesPerSecond: 1.2,
        articulationRate: 1.84,
        pauses: [],
        meanRunSyllables: 2,
      },
    }
    const spoken = [FINE, FINE, FINE, FINE, FINE]
    expect(adviceOn(assessmentOf(spoken, rest))).toMatchObject([
      { kind: 'flat_rhythm', words: [], explanation: 'rhythm' },
      { kind: 'slow_speech', words: [], explanation: '1.8 a second' },
    ])
    expect(adviceOn(assessmentOf(spoken.slice(1), rest))).toEqual([])
  })
})
