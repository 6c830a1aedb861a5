export const LANGUAGE_USES = ['native', 'learning', 'teaching'] as const
export const CEFR_LEVELS = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2'] as const

/** A language that the learner speaks, learns or teaches. */
export type UserLanguage = {
  code: string
  use: (typeof LANGUAGE_USES)[number]
  level: (typeof CEFR_LEVELS)[number] | null
  isPrimary: boolean
}

export type Preferences = {
  preferredPersona: string | null
  preferredVoice: string | null
  voiceEnabled: boolean
  /** Of the app's own screens. */
  language: string
  /** What explanations are written in; `null`: the language of the screens. */
  explanationLanguage: string | null
  theme: string
  avatarCustomization: Record<string, unknown>
  /** False: nothing new is learnt about the learner, and what is known is not used. */
  rememberFacts: boolean
}

/** Of somebody who never said. */
export const DEFAULT_PREFERENCES: Preferences = {
  preferredPersona: null,
  preferredVoice: null,
  voiceEnabled: false,
  language: 'en',
  explanationLanguage: null,
  theme: 'light',
  avatarCustomization: {},
  rememberFacts: true,
}

/** What advice on somebody's speech needs to know of them. */
export type LearnerLanguages = { firstLanguage: string | undefined; language: string }

export function learnerLanguagesOf(
  { language, explanationLanguage }: Preferences,
  languages: readonly UserLanguage[],
): LearnerLanguages {
  const native = languages.filter(({ use }) => use === 'native')
  const first = native.find(({ isPrimary }) => isPrimary) ?? native[0]
  return { firstLanguage: first?.code, language: explanationLanguage ?? language }
}
