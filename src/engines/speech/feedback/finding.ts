import { loadOfContrast, loadOfPhone } from './functional-load.ts'
import type { AdviceKind, Place } from './template.ts'

/** One thing that was found in one place of the utterance. */
export type Finding = {
  kind: AdviceKind
  sound?: string
  /** What was heard instead of the sound, or the vowel after it. */
  heard?: string
  places: readonly Place[]
  /** From 0 (nothing wrong) to 1. */
  severity: number
  /** Index into the assessment's words; absent when the whole utterance is meant. */
  word?: number
  /** Of a pause. */
  seconds?: number
  /** Syllables a second. */
  rate?: number
}

/**
 * What is no contrast of two sounds, beside the load of contrasts. The order is ours: a word left out takes its
 * meaning along; misplaced stress misleads listeners (Field, TESOL Quarterly 39, 2005); an added vowel harms less
 * than a lost consonant (Jenkins, "The Phonology of English as an International Language", 2000, chapter 6); pace
 * and rhythm tire more than they mislead.
 */
const LOADS: Readonly<Record<Exclude<AdviceKind, 'sound'>, number>> = {
  omitted_word: 0.7,
  word_stress: 0.6,
  inserted_vowel: 0.5,
  flat_rhythm: 0.4,
  long_pause: 0.4,
  inserted_word: 0.3,
  slow_speech: 0.3,
}

/** What mending this one place would be worth to a listener: how much the contrast carries × how far it was missed. */
export function usefulnessOf({ kind, sound = '', heard, severity }: Finding): number {
  if (kind !== 'sound') return LOADS[kind] * severity
  return (heard === undefined ? loadOfPhone(sound) : loadOfContrast(sound, heard)) * severity
}
