import type { ProsodyFacts } from './assessment.ts'
import { meanOf, quantileOf } from './dsp/statistics.ts'
import { FRAME_MS } from './model/acoustic-model.ts'
import type { WordSpan } from './model/align-words.ts'
import { pairwiseVariability } from './model/rhythm.ts'
import type { Voice } from './model/voice.ts'
import { isVowel, PHONES } from './phones.ts'

/** Voiced frames (20 ms) below which a range of pitch says nothing. */
const MIN_VOICED_FRAMES = 10
const MIN_VOWELS = 3

/** Melody and rhythm of the words that were said. `pitchMedianHz` is that of the recording; `voice` is relative to it. */
export function prosodyFacts(
  words: readonly WordSpan[],
  { voice, pitchMedianHz }: { voice: Voice; pitchMedianHz: number | undefined },
): ProsodyFacts {
  const vowels = words
    .flatMap((word) => word.phones)
    .filter((phone) => isVowel(PHONES[phone.class] ?? ''))
    .map(({ first, last }) => ({ first, last }))
  const first = words[0]?.phones[0]?.first ?? 0
  const last = words.at(-1)?.phones.at(-1)?.last ?? 0
  const voiced = voicedOf(voice, { first, last })
  const hasPitch = voiced.length >= MIN_VOICED_FRAMES && pitchMedianHz !== undefined
  const levels = vowels.flatMap((vowel) => meanOf(voicedOf(voice, vowel)) ?? [])
  const steps = levels.slice(1).map((level, at) => Math.abs(level - (levels[at] ?? level)))
  const npvi = vowels.length >= MIN_VOWELS ? pairwiseVariability(vowels.map(lengthMs)) : undefined
  return {
    pitchMedianHz: hasPitch ? Math.round(pitchMedianHz) : null,
    pitchRangeSemitones: hasPitch
      ? tenths((quantileOf(voiced, 0.9) ?? 0) - (quantileOf(voiced, 0.1) ?? 0))
      : null,
    pitchMovementSemitones: hasPitch && steps.length > 0 ? tenths(meanOf(steps) ?? 0) : null,
    rhythmNpvi: npvi === undefined ? null : tenths(npvi),
  }
}

type Frames = { first: number; last: number }

const lengthMs = ({ first, last }: Frames) => (last - first) * FRAME_MS
const voicedOf = ({ semitones }: Voice, { first, last }: Frames) =>
  [...semitones.subarray(first, last)].filter((value) => !Number.isNaN(value))
const tenths = (value: number) => Math.round(value * 10) / 10
