/** What advice can be about. All but `sound`, `inserted_vowel` and `word_stress` are about words or the whole. */
export const ADVICE_KINDS = [
  'sound',
  'inserted_vowel',
  'word_stress',
  'omitted_word',
  'inserted_word',
  'long_pause',
  'slow_speech',
  'flat_rhythm',
] as const

export type AdviceKind = (typeof ADVICE_KINDS)[number]

/** Where in its word a phone stands; `coda` is what follows the word's last vowel, `cluster` touches a consonant. */
export const PLACES = ['initial', 'coda', 'cluster'] as const

export type Place = (typeof PLACES)[number]

/** What a text of each kind may name between double braces. */
export const PLACEHOLDERS: Readonly<Record<AdviceKind, readonly string[]>> = {
  sound: ['words'],
  inserted_vowel: ['words'],
  word_stress: ['words'],
  omitted_word: ['words'],
  inserted_word: ['words'],
  long_pause: ['words', 'seconds'],
  slow_speech: ['rate'],
  flat_rhythm: [],
}

/** The languages that explanations are written in; whoever reads another gets English. */
export type AdviceLanguage = 'en' | 'ko'

export type AdviceText = Readonly<Record<AdviceLanguage, string>>

export type FeedbackTemplate = {
  /** Its name within the file. */
  key: string
  kind: AdviceKind
  /** ARPAbet without stress. */
  sound?: string | undefined
  /** Chosen only when one of these was heard instead; absent: whatever was heard. */
  heardAs?: readonly string[] | undefined
  where: Place | 'anywhere'
  explanation: AdviceText
  tip?: AdviceText | undefined
  minimalPairs?: readonly (readonly [string, string])[] | undefined
}

/** The templates for speakers of one first language. */
export type FeedbackTemplates = {
  file: string
  /** The hash of the file's text. */
  version: string
  /** A primary language tag such as `ko`. */
  firstLanguage: string
  templates: readonly FeedbackTemplate[]
}

/** Its templates serve every speaker whose own file has nothing better. */
export const FALLBACK_LANGUAGE = 'en'
