import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AssessedPhone, Assessment } from '#engines/speech/assessment.ts'
import { adviseOn } from '#engines/speech/feedback/advise-on.ts'
import { ADVICE_KINDS } from '#engines/speech/feedback/template.ts'
import { PHONES } from '#engines/speech/phones.ts'
import { readContent } from './read-content.ts'
import { toFeedbackTemplates } from './read-speech-feedback.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')
const DICTIONARY = join(REPOSITORY, 'node_modules/soundswallower/model/en-us/dict.txt')
const { speechFeedback, faults } = readContent(REPOSITORY)
const templates = toFeedbackTemplates(speechFeedback)

/** One word, mispronounced in the phone that has something written behind it: `R=L AY S` or `S+UH T`. */
function oneWord(text: string, notation: string): Assessment {
  const phones = notation.split(' ').map((symbol): AssessedPhone => {
    const [, phone = '', sign, other = ''] = /^([A-Z]+)([=+!]?)([A-Z]*)$/.exec(symbol) ?? []
    const times = { phone, startMs: 0, endMs: 100 }
    if (sign === '=') return { ...times, score: 20, heard: other }
    if (sign === '+') return { ...times, score: 90, insertedAfter: other }
    return { ...times, score: sign === '!' ? 20 : 95 }
  })
  return {
    transcript: null,
    reference: text,
    durationMs: 400,
    scores: { accuracy: 50, fluency: null, prosody: null, completeness: 100, overall: 50 },
    unscored: {},
    confidence: { accuracy: null, fluency: null, prosody: null, completeness: null, overall: null },
    fluency: null,
    prosody: null,
    words: [{ text, startMs: 0, endMs: 400, score: 40, stress: null, status: 'mispronounced', phones }],
    audio: { snrDb: 30, clippingRatio: 0, speechRatio: 0.8, usable: true },
    basis: 'measured',
    scorer: { name: 'by-hand', version: '1' },
  }
}

const keyFor = (text: string, notation: string, firstLanguage: string) => {
  const [advice] = adviseOn({ assessment: oneWord(text, notation), templates, firstLanguage, language: 'ko' })
  return advice && `${advice.template.file.split('/').at(-1)} ${advice.template.key}`
}

describe('the feedback templates of this repository', () => {
  test('are sound, and there are some for Korean and for everybody', () => {
    expect(faults).toEqual([])
    expect(templates.map(({ firstLanguage }) => firstLanguage)).toEqual(['en', 'ko'])
  })

  test.each([
    ['rice', 'R=L AY S', 'r-as-l'],
    ['light', 'L=R AY T', 'l-as-r'],
    ['fan', 'F=P AE N', 'f-as-p'],
    ['pan', 'P=F AE N', 'p-as-f'],
    ['very', 'V=B EH R IY', 'v-as-b'],
    ['boat', 'B=V OW T', 'b-as-v'],
    ['think', 'TH=S IH NG K', 'th-as-s'],
    ['three', 'TH=T R IY', 'th-as-t'],
    ['they', 'DH=D EY', 'dh-as-d'],
    ['raise', 'R EY Z=JH', 'z-as-jh'],
    ['page', 'P EY JH=Z', 'jh-as-z'],
    ['seat', 'S IY=IH T', 'iy-as-ih'],
    ['sit', 'S IH=IY T', 'ih-as-iy'],
    ['bad', 'B AE=EH D', 'ae-as-eh'],
    ['bed', 'B EH=AE D', 'eh-as-ae'],
    ['see', 'S=SH IY', 's-as-sh'],
    ['strike', 'S+UH T R AY K', 'vowel-in-cluster'],
    ['strike', 'S=UH T R AY K', 'vowel-in-cluster'],
    ['bus', 'B AH S+UH', 'vowel-at-the-end'],
    ['back', 'B AE K=NG', 'k-as-ng'],
    ['rice', 'R! AY S', 'r'],
    ['zoo', 'Z! UW', 'z'],
  ])('for a speaker of Korean, %s said as %s is %s', (text, notation, key) => {
    expect(keyFor(text, notation, 'ko')).toBe(`ko.yaml ${key}`)
  })

  test.each([
    ['rice', 'R=L AY S', 'r'],
    ['bed', 'B EH D=T', 'd-as-t-at-the-end'],
    ['bus', 'B AH S+UH', 'vowel-at-the-end'],
    ['picnic', 'P IH K+UH N IH K', 'vowel-in-cluster'],
    ['city', 'S IH T+UH IY', 'vowel-added'],
  ])('for any other speaker, %s said as %s is %s', (text, notation, key) => {
    expect(keyFor(text, notation, 'vi')).toBe(`en.yaml ${key}`)
  })

  test('have a general text for everything that advice can be about', () => {
    const general = templates.find(({ firstLanguage }) => firstLanguage === 'en')?.templates ?? []
    for (const kind of ADVICE_KINDS) expect(general.map((template) => template.kind)).toContain(kind)
  })

  test('speak Korean politely, as people do: sentences end in 요', () => {
    const texts = templates.flatMap(({ templates: all }) =>
      all.flatMap(({ explanation, tip }) => [explanation.ko, ...(tip ? [tip.ko] : [])]),
    )
    const sentences = texts.flatMap((text) => text.split(/(?<=[.?!])\s+/))
    expect(sentences.filter((sentence) => !/요\.$/.test(sentence))).toEqual([])
  })

  test('practise with pairs of words that differ in one sound: the one meant, and the one heard where it is known', () => {
    const pronunciations = readDictionary()
    const wrong = templates.flatMap(({ templates: all }) =>
      all.flatMap(({ key, sound, heardAs, minimalPairs = [] }) =>
        minimalPairs
          .filter(([one, other]) => !isMinimalPair(pronunciations, { one, other, sound, heardAs }))
          .map((pair) => `${key}: ${pair.join('–')}`),
      ),
    )
    expect(wrong).toEqual([])
  })
})

function readDictionary(): Map<string, string[][]> {
  const entries = readFileSync(DICTIONARY, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([word = '', ...phones]) => ({ word: word.replace(/\(\d+\)$/, ''), phones }))
  const pronunciations = new Map<string, string[][]>()
  for (const { word, phones } of entries)
    pronunciations.set(word, [...(pronunciations.get(word) ?? []), phones])
  return pronunciations
}

type Pair = { one: string; other: string; sound: string | undefined; heardAs: readonly string[] | undefined }

/** Some pronunciation of one word turns into some of the other by changing or dropping the sound. */
function isMinimalPair(
  pronunciations: Map<string, string[][]>,
  { one, other, sound, heardAs }: Pair,
): boolean {
  const others = new Set((pronunciations.get(other) ?? []).map((phones) => phones.join(' ')))
  const replacements = heardAs ?? [...PHONES, '']
  return (pronunciations.get(one) ?? []).some((phones) =>
    phones.some(
      (phone, index) =>
        phone === sound &&
        replacements.some((heard) =>
          others.has(phones.with(index, heard).join(' ').replace(/ +/g, ' ').trim()),
        ),
    ),
  )
}
