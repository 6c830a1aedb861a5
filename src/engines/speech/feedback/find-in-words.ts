import type { AssessedPhone, AssessedWord } from '../assessment.ts'
import { isVowel } from '../phones.ts'
import type { Finding } from './finding.ts'
import { placesOf } from './places.ts'

/**
 * Phones are looked at in words that the scorer calls mispronounced: a word that it accepts is not corrected.
 */
const POOR_PHONE_BELOW = 70
const POOR_STRESS_BELOW = 60

/** An added vowel has no score of its own, nor has an added word. */
const ADDED_SEVERITY = 0.6

/** What learners add to make a consonant speakable: a short vowel that is neither open nor low. */
const ADDED_VOWELS = new Set(['AH', 'IH', 'IY', 'UH', 'UW'])

/** Sounds that turn into vowels without anything being added: "milk" with w for l, "car" without r. */
const VOWEL_LIKE = new Set(['L', 'R', 'W', 'Y'])

export const isSpoken = ({ status }: AssessedWord) => status === 'ok' || status === 'mispronounced'

/** What is to be mended word by word, in the order of the words. */
export function findInWords(words: readonly AssessedWord[]): Finding[] {
  return words.flatMap((word, index) =>
    isSpoken(word) ? [...findInPhones(words, index), ...findStress(word, index)] : [],
  )
}

export function findWordsLeftOut(words: readonly AssessedWord[]): Finding[] {
  return words.flatMap(({ status }, word) =>
    status === 'omitted' ? [{ kind: 'omitted_word' as const, places: [], severity: 1, word }] : [],
  )
}

export function findWordsAdded(words: readonly AssessedWord[]): Finding[] {
  return words.flatMap(({ status }, word) =>
    status === 'inserted'
      ? [{ kind: 'inserted_word' as const, places: [], severity: ADDED_SEVERITY, word }]
      : [],
  )
}

function findInPhones(words: readonly AssessedWord[], word: number): Finding[] {
  const { phones = [], status } = words[word] ?? {}
  const symbols = phones.map(({ phone }) => phone)
  return phones.flatMap((phone, index): Finding[] => {
    const places = placesOf(symbols, index)
    const next = phones[index + 1] ?? words[word + 1]?.phones[0]
    const sound = phone.phone
    const vowel = phone.insertedAfter ?? (status === 'mispronounced' ? vowelOver(phone, next) : undefined)
    if (vowel !== undefined)
      return [{ kind: 'inserted_vowel', sound, heard: vowel, places, severity: ADDED_SEVERITY, word }]
    if (status !== 'mispronounced' || phone.score === null || phone.score >= POOR_PHONE_BELOW) return []
    const heard = phone.heard === undefined ? {} : { heard: phone.heard }
    return [{ kind: 'sound', sound, ...heard, places, severity: 1 - phone.score / 100, word }]
  })
}

/** A vowel heard over a consonant was added, unless one resembles the other or the next sound is a vowel anyway. */
function vowelOver({ phone, heard }: AssessedPhone, next: AssessedPhone | undefined): string | undefined {
  if (heard === undefined || !ADDED_VOWELS.has(heard)) return undefined
  const isFirm = !isVowel(phone) && !VOWEL_LIKE.has(phone)
  return isFirm && !(next && isVowel(next.phone)) ? heard : undefined
}

function findStress({ stress, phones }: AssessedWord, word: number): Finding[] {
  const syllables = phones.filter(({ phone }) => isVowel(phone)).length
  if (stress === null || stress >= POOR_STRESS_BELOW || syllables < 2) return []
  return [{ kind: 'word_stress', places: [], severity: 1 - stress / 100, word }]
}
