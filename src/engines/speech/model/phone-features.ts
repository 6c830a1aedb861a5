import {
  CLASS_COUNT,
  FRAME_MS,
  type HeardFrames,
  type MemberFrames,
  NATIVE_CLASSES,
} from './acoustic-model.ts'
import type { PhoneSpan, WordSpan } from './align-words.ts'
import { SILENCE_CLASS } from './frame-graph.ts'
import type { Voice } from './voice.ts'

const PHONE_COUNT = SILENCE_CLASS
/** Log posteriors below this are all equally unlikely. */
const LEAST_LOG = -10
const LONG_GAP_S = 1.5

/** One-hot phone, means of posteriors, goodness and native likelihoods over its frames, and 24 numbers of its own. */
export const PHONE_FEATURE_COUNT = PHONE_COUNT + CLASS_COUNT + PHONE_COUNT + NATIVE_CLASSES + 24

/** Where the numbers of its own lie in the row of a phone; the pitch and level of it follow. */
const OWN_AT = PHONE_FEATURE_COUNT - 24
export const FACT = {
  posterior: OWN_AT,
  margin: OWN_AT + 1,
  peak: OWN_AT + 2,
  share: OWN_AT + 3,
  goodness: OWN_AT + 4,
  goodnessLeast: OWN_AT + 5,
  goodnessMost: OWN_AT + 6,
  native: OWN_AT + 7,
  nativeMargin: OWN_AT + 8,
  duration: OWN_AT + 9,
  before: OWN_AT + 10,
  after: OWN_AT + 11,
} as const

export type FeatureInput = { heard: HeardFrames; words: readonly WordSpan[]; voice: Voice }

/** What the score model sees of each phone through the ears of one acoustic model, phone by phone. */
export function phoneFeatures({ heard, words, voice }: FeatureInput, member: MemberFrames): Float32Array {
  const phones = words.flatMap((word) => word.phones)
  const places = words.flatMap(({ phones: own }) => own.map((_, at) => ({ at, count: own.length })))
  const features = new Float32Array(phones.length * PHONE_FEATURE_COUNT)
  for (const [index, phone] of phones.entries()) {
    const row = createRow(features.subarray(index * PHONE_FEATURE_COUNT, (index + 1) * PHONE_FEATURE_COUNT))
    row.oneHot(phone.class, PHONE_COUNT)
    const posteriors = row.means(member.posteriors, CLASS_COUNT, phone, LEAST_LOG)
    const goodness = row.means(member.goodness, PHONE_COUNT, phone, 0)
    const native = row.means(heard.native, NATIVE_CLASSES, phone, LEAST_LOG)
    row.add(...soundFacts({ phone, posteriors, goodness, native, member }))
    row.add(...timeFacts(phones, index), ...placeFacts(places[index]), ...voiceFacts(phone, voice))
  }
  return features
}

type Sound = {
  phone: PhoneSpan
  posteriors: Float32Array
  goodness: Float32Array
  native: Float32Array
  member: MemberFrames
}

function soundFacts({ phone, posteriors, goodness, native, member }: Sound): number[] {
  const own = posteriors[phone.class] ?? 0
  const ownNative = native[phone.class] ?? 0
  const bestLog = extremeOf(member.posteriors, CLASS_COUNT, phone, Math.max)
  return [
    own,
    own - bestOther(posteriors, phone.class),
    Math.max(LEAST_LOG, bestLog),
    shareLikely(member.posteriors, phone),
    goodness[phone.class] ?? 0,
    extremeOf(member.goodness, PHONE_COUNT, phone, Math.min),
    extremeOf(member.goodness, PHONE_COUNT, phone, Math.max),
    ownNative,
    ownNative - bestOther(native, phone.class),
  ]
}

/** Logarithm of the duration, pauses before and after in seconds. */
function timeFacts(phones: readonly PhoneSpan[], index: number): number[] {
  const phone = phones[index]
  if (!phone) return [0, 0, 0]
  const before = phone.first - (phones[index - 1]?.last ?? phone.first)
  const after = (phones[index + 1]?.first ?? phone.last) - phone.last
  return [Math.log(phone.last - phone.first), seconds(before), seconds(after)]
}

const seconds = (frames: number) => Math.min(LONG_GAP_S, (frames * FRAME_MS) / 1_000)

function placeFacts(place: { at: number; count: number } | undefined): number[] {
  const { at, count } = place ?? { at: 0, count: 1 }
  return [at === 0 ? 1 : 0, at === count - 1 ? 1 : 0, count / 5, at / Math.max(1, count - 1)]
}

/** Mean, slope and span of level and pitch, and the share of frames with a pitch. */
function voiceFacts({ first, last }: PhoneSpan, { levels, semitones }: Voice): number[] {
  const level = levels.subarray(first, last)
  const pitch = semitones.subarray(first, last).filter((value) => !Number.isNaN(value))
  return [
    ...shapeOf(level, 10),
    ...shapeOf(pitch, 4),
    pitch.length / Math.max(1, last - first),
    pitch.length > 0 ? 1 : 0,
  ]
}

function shapeOf(values: Float32Array, unit: number): number[] {
  if (values.length === 0) return [0, 0, 0]
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const slope = (values[values.length - 1] ?? 0) - (values[0] ?? 0)
  const span = Math.max(...values) - Math.min(...values)
  return [mean / unit, slope / unit, span / unit]
}

function bestOther(values: Float32Array, own: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (let at = 0; at < PHONE_COUNT; at += 1) {
    const value = values[at] ?? 0
    if (at !== own && value > best) best = value
  }
  return best
}

function extremeOf(
  values: Float32Array,
  width: number,
  phone: PhoneSpan,
  pick: (one: number, other: number) => number,
): number {
  let extreme = values[phone.first * width + phone.class] ?? 0
  for (let frame = phone.first + 1; frame < phone.last; frame += 1) {
    extreme = pick(extreme, values[frame * width + phone.class] ?? 0)
  }
  return extreme
}

/** Share of frames in which the phone is the likeliest of all. */
function shareLikely(posteriors: Float32Array, phone: PhoneSpan): number {
  let count = 0
  for (let frame = phone.first; frame < phone.last; frame += 1) {
    const row = posteriors.subarray(frame * CLASS_COUNT, (frame + 1) * CLASS_COUNT)
    if ((row[phone.class] ?? 0) >= Math.max(...row)) count += 1
  }
  return count / (phone.last - phone.first)
}

function createRow(row: Float32Array) {
  let at = 0
  return {
    oneHot(index: number, width: number) {
      row[at + index] = 1
      at += width
    },
    add(...values: number[]) {
      row.set(values, at)
      at += values.length
    },
    means(values: Float32Array, width: number, { first, last }: PhoneSpan, least: number): Float32Array {
      const means = row.subarray(at, at + width)
      for (let frame = first; frame < last; frame += 1) {
        for (let index = 0; index < width; index += 1) {
          means[index] = (means[index] ?? 0) + Math.max(least, values[frame * width + index] ?? 0)
        }
      }
      for (let index = 0; index < width; index += 1) means[index] = (means[index] ?? 0) / (last - first)
      at += width
      return means
    },
  }
}
