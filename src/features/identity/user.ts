export type LanguageLevel = 'beginner' | 'intermediate' | 'advanced'

export type CefrLevel = 'A1' | 'A2' | 'B1' | 'B2' | 'C1' | 'C2'

export type User = {
  userId: string
  externalId: string
  displayName: string | null
  city: string | null
  district: string | null
  languageLevel: LanguageLevel
  /** Null until somebody says it. */
  cefrLevel: CefrLevel | null
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
  cefrLevel?: CefrLevel | null | undefined
}
