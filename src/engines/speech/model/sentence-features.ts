import { deviationOf, meanOf, quantileOf } from '../dsp/statistics.ts'
import { isVowel, PHONES } from '../phones.ts'
import { CLASS_COUNT, FRAME_MS, type MemberFrames } from './acoustic-model.ts'
import type { PhoneSpan, WordSpan } from './align-words.ts'
import { SILENCE_CLASS } from './frame-graph.ts'
import { FACT, type FeatureInput, PHONE_FEATURE_COUNT } from './phone-features.ts'
import { pairwiseVariability } from './rhythm.ts'

const PAUSE_FRAMES = 250 / FRAME_MS
const LONG_PHONE_FRAMES = 300 / FRAME_MS
const SHORT_PHONE_FRAMES = 2
const BAD_GOODNESS = 0.5
export const SENTENCE_FEATURE_COUNT = 45

/** What the score model sees of the utterance as a whole, beside its phones (`features` of `phoneFeatures`). */
export function sentenceFeatures(
  { heard, words, voice }: FeatureInput,
  { member, features }: { member: MemberFrames; features: Float32Array },
): Float32Array {
  const phones = words.flatMap((word) => word.phones)
  const values = [
    ...timing(words, phones),
    ...durations(phones),
    ...[FACT.posterior, FACT.margin, FACT.goodness, FACT.native, FACT.nativeMargin].flatMap((at) =>
      spread(column(features, at)),
    ),
    meanOf(column(features, FACT.share)) ?? 0,
    meanOf(column(features, FACT.goodnessLeast)) ?? 0,
    shareOf(column(features, FACT.goodness), (value) => value < BAD_GOODNESS),
    outsideSpeech(member, phones, heard.frameCount),
    ...melody(voice.semitones, phones),
    deviationOf(
      vowelsOf(phones).map((phone) => meanOf([...voice.levels.subarray(phone.first, phone.last)]) ?? 0),
    ) / 10,
  ]
  return Float32Array.from(values, (value) => (Number.isFinite(value) ? value : 0))
}

function timing(words: readonly WordSpan[], phones: readonly PhoneSpan[]): number[] {
  const total = Math.max(1, (phones.at(-1)?.last ?? 1) - (phones[0]?.first ?? 0))
  const spoken = phones.reduce((sum, phone) => sum + lengthOf(phone), 0)
  const syllables = Math.max(1, vowelsOf(phones).length)
  const gaps = gapsOf(words)
  const pauses = gaps.filter((gap) => gap >= PAUSE_FRAMES)
  const perSecond = 1_000 / FRAME_MS
  return [
    Math.log((syllables * perSecond) / total),
    Math.log((syllables * perSecond) / Math.max(1, spoken)),
    (total - spoken) / total,
    pauses.length / syllables,
    pauses.length,
    Math.max(0, ...gaps) / perSecond,
    (meanOf(gaps) ?? 0) / perSecond,
    deviationOf(gaps) / perSecond,
    shareOf(gaps, (gap) => gap > 0),
    Math.log(syllables / (pauses.length + 1)),
    Math.log(phones.length || 1),
    Math.log(words.length || 1),
  ]
}

function durations(phones: readonly PhoneSpan[]): number[] {
  const logs = phones.map((phone) => Math.log(lengthOf(phone)))
  const vowels = vowelsOf(phones).map(lengthOf)
  return [
    meanOf(logs) ?? 0,
    deviationOf(logs),
    shareOf(phones, (phone) => lengthOf(phone) <= SHORT_PHONE_FRAMES),
    shareOf(phones, (phone) => lengthOf(phone) > LONG_PHONE_FRAMES),
    deviationOf(vowels.map(Math.log)),
    (pairwiseVariability(vowels) ?? 0) / 100,
  ]
}

/** Mean, standard deviation, and the lowest tenth. */
function spread(values: readonly number[]): number[] {
  return [meanOf(values) ?? 0, deviationOf(values), quantileOf(values, 0.1) ?? 0]
}

/** Share of the frames that sound like speech but belong to no word. */
export function outsideSpeech(
  { posteriors }: MemberFrames,
  phones: readonly PhoneSpan[],
  frameCount: number,
): number {
  const inside = new Uint8Array(frameCount)
  for (const { first, last } of phones) inside.fill(1, first, last)
  let outside = 0
  for (let frame = 0; frame < frameCount; frame += 1) {
    const silence = Math.exp(posteriors[frame * CLASS_COUNT + SILENCE_CLASS] ?? 0)
    if (inside[frame] === 0) outside += 1 - silence
  }
  return outside / Math.max(1, frameCount)
}

/** Deviation and range of the pitch in semitones, its movement from vowel to vowel, its fall, and how much is voiced. */
function melody(semitones: Float32Array, phones: readonly PhoneSpan[]): number[] {
  const voiced = [...semitones].filter((value) => !Number.isNaN(value))
  const low = quantileOf(voiced, 0.1) ?? 0
  const high = quantileOf(voiced, 0.9) ?? 0
  const inner = voiced.filter((value) => value >= low && value <= high)
  const levels = vowelsOf(phones).flatMap((phone) => pitchOf(semitones, phone))
  const steps = levels.slice(1).map((level, at) => Math.abs(level - (levels[at] ?? level)))
  const half = Math.floor(levels.length / 2)
  const fall = (meanOf(levels.slice(0, half)) ?? 0) - (meanOf(levels.slice(half)) ?? 0)
  return [
    deviationOf(inner),
    (high - low) / 4,
    Math.min(4, meanOf(steps) ?? 0),
    deviationOf(levels) / 4,
    fall / 4,
    voiced.length / Math.max(1, semitones.length),
    Math.min(4, Math.abs(levels.at(-1) ?? 0)) / 4,
  ]
}

function pitchOf(semitones: Float32Array, { first, last }: PhoneSpan): number[] {
  const pitch = meanOf([...semitones.subarray(first, last)].filter((value) => !Number.isNaN(value)))
  return pitch === undefined ? [] : [pitch]
}

function gapsOf(words: readonly WordSpan[]): number[] {
  return words
    .slice(1)
    .map(({ phones }, at) => (phones[0]?.first ?? 0) - (words[at]?.phones.at(-1)?.last ?? 0))
}

function column(features: Float32Array, at: number): number[] {
  return Array.from(
    { length: features.length / PHONE_FEATURE_COUNT },
    (_, row) => features[row * PHONE_FEATURE_COUNT + at] ?? 0,
  )
}

const lengthOf = ({ first, last }: PhoneSpan) => last - first
const vowelsOf = (phones: readonly PhoneSpan[]) =>
  phones.filter((phone) => isVowel(PHONES[phone.class] ?? ''))

function shareOf<T>(items: readonly T[], isCounted: (item: T) => boolean): number {
  return items.filter(isCounted).length / Math.max(1, items.length)
}
