import { CLASS_COUNT, type HeardFrames, meanPosteriors } from './model/acoustic-model.ts'
import type { PhoneSpan } from './model/align-words.ts'
import { isVowel, PHONES } from './phones.ts'

/** A rival must be likelier than everything else together. */
const MIN_RIVAL_SHARE = 0.5
/** Short vowels that make a consonant speakable, and how long one has to sound to be a vowel of its own. */
const ADDED_VOWELS = new Set(['AH', 'IH', 'IY', 'UH', 'UW'])
/** Sounds that turn into vowels without anything being added. */
const VOWEL_LIKE = new Set(['L', 'R', 'W', 'Y'])
const MIN_VOWEL_FRAMES = 3
const VOWEL_SHARE = 0.6

export type Listener = {
  /** The phone that is heard over most of it instead of the expected one. */
  heardInstead(phone: PhoneSpan): string | undefined
  /** A vowel heard in the last part of a consonant before anything but a vowel. */
  insertedAfter(phone: PhoneSpan, next: PhoneSpan | undefined): string | undefined
}

export function listenTo(heard: HeardFrames): Listener {
  const posteriors = meanPosteriors(heard)
  const share = (frame: number, own: number) => Math.exp(posteriors[frame * CLASS_COUNT + own] ?? 0)

  function sharesOf({ first, last }: PhoneSpan): number[] {
    return PHONES.map((_, own) => {
      let sum = 0
      for (let frame = first; frame < last; frame += 1) sum += share(frame, own)
      return sum / (last - first)
    })
  }

  function addedVowelAt(frame: number): string | undefined {
    const own = PHONES.findIndex((phone, at) => ADDED_VOWELS.has(phone) && share(frame, at) >= VOWEL_SHARE)
    return PHONES[own]
  }

  return {
    heardInstead(phone) {
      const shares = sharesOf(phone)
      const best = shares.indexOf(Math.max(...shares))
      return best !== phone.class && (shares[best] ?? 0) >= MIN_RIVAL_SHARE ? PHONES[best] : undefined
    },

    insertedAfter(phone, next) {
      if (!mayEndInVowel(phone, next)) return undefined
      const last = [1, 2, 3].map((back) => addedVowelAt(phone.last - back))
      return last.every((vowel) => vowel !== undefined) ? last[0] : undefined
    },
  }
}

/** A firm consonant, long enough, with a pause or another consonant after it. */
function mayEndInVowel(phone: PhoneSpan, next: PhoneSpan | undefined): boolean {
  const expected = PHONES[phone.class] ?? ''
  const follows = next?.first === phone.last ? (PHONES[next.class] ?? '') : ''
  const isFirm = !isVowel(expected) && !VOWEL_LIKE.has(expected)
  return isFirm && !isVowel(follows) && phone.last - phone.first > MIN_VOWEL_FRAMES
}
