import type { Recording } from '../train-speech/corpus.ts'

const CHILD_BELOW = 13
const YOUNG_BELOW = 10
const LOW_TAIL = 3

/** Whose overall scores are looked at by themselves. */
export const GROUPS: Readonly<Record<string, (recording: Recording) => boolean>> = {
  'overall, under 13': ({ age }) => age < CHILD_BELOW,
  'overall, under 10': ({ age }) => age < YOUNG_BELOW,
  'overall, 10 to 12': ({ age }) => age >= YOUNG_BELOW && age < CHILD_BELOW,
  'overall, 13 and older': ({ age }) => age >= CHILD_BELOW,
  'overall, without 3 and below': ({ scores }) => scores.overall > LOW_TAIL,
}

export const WITHIN_A_SPEAKER = 'overall, within a speaker'
