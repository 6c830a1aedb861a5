import { type AlignedPhone, SHORTEST_PHONE_MS, SILENCE } from './align.ts'
import { deviationOf, meanOf, quantileOf } from './dsp/statistics.ts'
import { type Timing, timeWords } from './fluency.ts'
import { FRAME_MS, type RatedPhone, type RatedWord } from './goodness.ts'

/** What a linear model sees, by name; the names are those of the weights in `calibration.ts`. */
export type Features = Readonly<Record<string, number>>

/** Longer phones are drawn out, as by a reader who looks for the next word. */
const LONG_PHONE_MS = 300
/** Log likelihoods below this are all equally bad; a single one of them must not decide a mean. */
const WORST_GOODNESS = -12

export type UtteranceInput = {
  words: readonly RatedWord[]
  sounds: readonly AlignedPhone[]
  frequenciesHz: Float32Array
}

/** `undefined` when no word of the dictionary was said. */
export function utteranceFeatures({ words, sounds, frequenciesHz }: UtteranceInput): Features | undefined {
  const phones = words.flatMap((word) => (word.status === 'spoken' ? word.phones : []))
  const timing = timeWords(words.flatMap((word) => (word.status === 'omitted' ? [] : [word])))
  if (phones.length === 0 || !timing) return undefined
  return {
    ...goodnessFeatures(phones),
    ...timingFeatures(phones, timing),
    coverage: coverageOf(words, sounds),
    omittedShare: words.filter(({ status }) => status === 'omitted').length / words.length,
    pitchDeviation: pitchDeviationOf(frequenciesHz),
  }
}

export function wordFeatures(phones: readonly RatedPhone[]): Features {
  const goodness = phones.map(goodnessOf)
  return {
    goodnessMean: meanOf(goodness) ?? 0,
    goodnessLeast: Math.min(...goodness),
    marginMean: meanOf(phones.map(({ margin }) => margin)) ?? 0,
    logDuration: meanOf(phones.map(logFrames)) ?? 0,
    shortShare: shareOf(phones, isShort),
  }
}

export function phoneFeatures(phone: RatedPhone): Features {
  return {
    goodness: goodnessOf(phone),
    margin: phone.margin,
    logDuration: logFrames(phone),
    isShort: isShort(phone) ? 1 : 0,
    isRivalled: phone.rival !== undefined && phone.rival !== phone.phone ? 1 : 0,
  }
}

function goodnessFeatures(phones: readonly RatedPhone[]): Features {
  const goodness = phones.map(goodnessOf)
  return {
    goodnessMean: meanOf(goodness) ?? 0,
    goodnessDeviation: deviationOf(goodness),
    marginMean: meanOf(phones.map(({ margin }) => margin)) ?? 0,
  }
}

function timingFeatures(phones: readonly RatedPhone[], timing: Timing): Features {
  const totalMs = Math.max(FRAME_MS, timing.totalMs)
  return {
    logRate: Math.log(Math.max(1, timing.syllables) / (totalMs / 1_000)),
    pauseShare: timing.gapsMs.reduce((sum, gapMs) => sum + gapMs, 0) / totalMs,
    pausesPerPhone: timing.pauses.length / phones.length,
    shortShare: shareOf(phones, isShort),
    longShare: shareOf(phones, ({ durationMs }) => durationMs > LONG_PHONE_MS),
    durationDeviation: deviationOf(phones.map(logFrames)),
  }
}

/** The share of the sounds that lies inside of the words: low when something else was said. */
function coverageOf(words: readonly RatedWord[], sounds: readonly AlignedPhone[]): number {
  const phones = words.flatMap((word) => (word.status === 'omitted' ? [] : word.phones))
  const frames = new Set(phones.flatMap(framesOf))
  const spoken = sounds.filter(({ phone }) => phone !== SILENCE).flatMap(framesOf)
  return spoken.length === 0 ? 0 : spoken.filter((frame) => frames.has(frame)).length / spoken.length
}

function framesOf({ startMs, durationMs }: AlignedPhone): number[] {
  const first = Math.round(startMs / FRAME_MS)
  return Array.from({ length: Math.round(durationMs / FRAME_MS) }, (_, index) => first + index)
}

/** Standard deviation of the pitch in semitones, without the outer tenths, where halved and doubled values lie. */
function pitchDeviationOf(frequenciesHz: Float32Array): number {
  const semitones = [...frequenciesHz].filter((hz) => hz > 0).map((hz) => 12 * Math.log2(hz))
  const low = quantileOf(semitones, 0.1) ?? 0
  const high = quantileOf(semitones, 0.9) ?? 0
  return deviationOf(semitones.filter((value) => value >= low && value <= high))
}

const goodnessOf = ({ goodness }: RatedPhone) => Math.max(WORST_GOODNESS, goodness)
const logFrames = ({ durationMs }: RatedPhone) => Math.log(Math.max(1, durationMs / FRAME_MS))
const isShort = ({ durationMs }: RatedPhone) => durationMs <= SHORTEST_PHONE_MS
const shareOf = (phones: readonly RatedPhone[], isCounted: (phone: RatedPhone) => boolean) =>
  phones.filter(isCounted).length / Math.max(1, phones.length)
