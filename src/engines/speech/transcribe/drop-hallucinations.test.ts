import { expect, test } from 'vitest'
import { splitWords } from '#base/word-edits.ts'
import { dropHallucinations } from './drop-hallucinations.ts'
import { isKnownHallucination } from './hallucination-phrases.ts'
import type { SpeechEvidence } from './speech-evidence.ts'
import type { Heard, SegmentMeasures } from './transcription-provider.ts'

const evidence = (
  spans: { startMs: number; endMs: number }[],
  reason?: 'too_noisy' | 'clipped',
): SpeechEvidence => ({
  durationMs: 4_000,
  spans,
  quality: { snrDb: 20, clippingRatio: 0, speechRatio: 0.5, usable: !reason, ...(reason ? { reason } : {}) },
})

const CLEAR = evidence([{ startMs: 500, endMs: 3_000 }])
const CLICK = evidence([{ startMs: 500, endMs: 650 }])
const NOISY = evidence([{ startMs: 500, endMs: 3_000 }], 'too_noisy')

const heard = (text: string, segments: SegmentMeasures[] = []): Heard => ({
  words: splitWords(text).map((word) => ({
    text: word,
    startMs: null,
    endMs: null,
    confidence: null,
    segment: segments.length > 0 ? 0 : null,
  })),
  segments,
  confidence: null,
  language: null,
  faults: [],
})

const textOf = (result: ReturnType<typeof dropHallucinations>) =>
  result.words.map(({ text }) => text).join(' ')

test.each([
  'Thank you for watching!',
  'Thanks for watching!',
  'Please subscribe.',
  'Subtitles by the Amara.org community',
  '시청해주셔서 감사합니다.',
  'MBC 뉴스 홍길동입니다.',
  'MBC 뉴스 홍길동 기자입니다.',
  '구독과 좋아요 부탁드립니다!',
  'you',
  'Transcribed by somebody',
])('%s is dropped from a click and from noise, and kept where somebody speaks', (text) => {
  for (const doubtful of [CLICK, NOISY]) {
    expect(dropHallucinations(heard(text), doubtful)).toMatchObject({
      words: [],
      dropped: [{ phrase: text, reason: 'known_hallucination' }],
    })
  }
  expect(dropHallucinations(heard(text), CLEAR)).toMatchObject({ dropped: [], isFasterThanSpeech: false })
})

test.each(['One iced americano, please.', 'Thank you for watching my bag.', 'Your MBC 뉴스'])(
  '%s is no such phrase',
  (text) => {
    expect(isKnownHallucination(splitWords(text))).toBe(false)
    expect(dropHallucinations(heard(text), NOISY).dropped).toEqual([])
  },
)

test('only the made-up sentence goes, where its times lie outside of the speech', () => {
  const spoken = heard('No sugar, please. Thank you for watching!')
  const words = spoken.words.map((word, index) => {
    const startMs = index < 3 ? 600 + index * 700 : 3_500 + index * 20
    return { ...word, startMs, endMs: startMs + 60 }
  })
  const result = dropHallucinations({ ...spoken, words }, CLEAR)
  expect(textOf(result)).toBe('No sugar, please.')
  expect(result.dropped).toEqual([{ phrase: 'Thank you for watching!', reason: 'known_hallucination' }])
})

test('a loop that the speech has room for is what somebody said', () => {
  const result = dropHallucinations(heard('no no no no no, thank you'), CLEAR)
  expect(result).toMatchObject({ dropped: [], isFasterThanSpeech: false })
})

test('a loop that the speech has no room for is cut to its first round', () => {
  const loop = `I'd like a latte ${'and a tea '.repeat(20)}please`
  const result = dropHallucinations(heard(loop), CLEAR)
  expect(textOf(result)).toBe("I'd like a latte and a tea please")
  expect(result.dropped).toMatchObject([{ reason: 'repetition' }])
  expect(result.dropped[0]?.phrase.length).toBeLessThanOrEqual(200)
})

test.each<[string, SegmentMeasures, string[]]>([
  [
    'silent',
    { noSpeechProbability: 0.7, averageLogprob: -1.2, compressionRatio: 1 },
    ['model_heard_no_speech'],
  ],
  ['sure of itself', { noSpeechProbability: 0.7, averageLogprob: -0.3, compressionRatio: 1 }, []],
  ['unsure, as of a beginner', { noSpeechProbability: 0.1, averageLogprob: -1.4, compressionRatio: 1 }, []],
  ['too regular', { noSpeechProbability: 0.1, averageLogprob: -0.3, compressionRatio: 3 }, ['repetition']],
  ['unmeasured', { noSpeechProbability: null, averageLogprob: null, compressionRatio: null }, []],
])('a segment that is %s', (_case, measures, reasons) => {
  const result = dropHallucinations(heard('tea tea tea tea tea', [measures]), CLEAR)
  expect(result.dropped.map(({ reason }) => reason)).toEqual(reasons)
})

test('ordinary words that are too many for the speech stay, and are doubted', () => {
  const result = dropHallucinations(heard('One iced americano for here and a hot latte'), CLICK)
  expect(result).toMatchObject({ dropped: [], isFasterThanSpeech: true })
})

test('nothing is nothing', () => {
  expect(dropHallucinations(heard(''), CLEAR)).toEqual({ words: [], dropped: [], isFasterThanSpeech: false })
})

test.each([
  ['[MUSIC PLAYING] One coffee, please.', 'One coffee, please.', ['[MUSIC PLAYING]']],
  ['One coffee, (laughs) please. [BLANK_AUDIO]', 'One coffee, please.', ['(laughs)', '[BLANK_AUDIO]']],
  ['Speaker 1: One coffee, please.', 'One coffee, please.', ['Speaker 1:']],
  ['SPEAKER_00: Hello. SPEAKER_01: Hi!', 'Hello. Hi!', ['SPEAKER_00:', 'SPEAKER_01:']],
  ['>> MARY: Hello there.', 'Hello there.', ['MARY:']],
  ['Hello. *coughs loudly* Sorry!', 'Hello. Sorry!', ['*coughs loudly*']],
  ['<noise> Hello （웃음） there.', 'Hello there.', ['<noise>', '（웃음）']],
])('what a transcriber notes in %s is no word (faults.md D14)', (text, said, phrases) => {
  const result = dropHallucinations(heard(text), CLEAR)
  expect(textOf(result)).toBe(said)
  expect(result.dropped).toEqual(phrases.map((phrase) => ({ phrase, reason: 'annotation' })))
})

test.each([
  'I need two things: milk and bread.',
  'My answer: yes.',
  'Answer: yes.',
  'The man said: go left.',
])('%s keeps its words', (text) => expect(textOf(dropHallucinations(heard(text), CLEAR))).toBe(text))

test('a transcript of annotations alone has no words', () => {
  expect(dropHallucinations(heard('[Applause] (music)'), CLEAR).words).toEqual([])
})
