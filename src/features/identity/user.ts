export type LanguageLevel = 'beginner' | 'intermediate' | 'advanced'

export type User = {
  userId: string
  externalId: string
  displayName: string | null
  city: string | null
  district: string | null
  languageLevel: LanguageLevel
  userType: 'learner' | 'native_tutor' | 'admin'
  createdAt: Date
  updatedAt: Date
}

/** Absent keeps what is stored; `null` empties it. */
export type UserChanges = {
  displayName?: string | null | undefined
  city?: string | null | undefined
  district?: string | null | undefined
  languageLevel?: LanguageLevel | undefined
}
