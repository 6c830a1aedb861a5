import { AppError } from '#base/errors.ts'
import { type RootDb, withTransaction } from '#platform/db/db.ts'
import { DEFAULT_PREFERENCES, type Preferences, type UserLanguage } from './preferences.ts'
import {
  getPreferences,
  listUserLanguages,
  putPreferences,
  replaceUserLanguages,
} from './preferences-queries.ts'
import { lockUser } from './queries.ts'

export type ChangePreferencesDeps = {
  db: RootDb
  /** Whether conversations with the persona can be begun. */
  isPersona: (personaId: string) => Promise<boolean>
}

/** Absent keeps what is stored. */
export type PreferenceChanges = { [Key in keyof Preferences]?: Preferences[Key] | undefined } & {
  languages?: UserLanguage[] | undefined
}

export type AllPreferences = Preferences & { languages: UserLanguage[] }

export async function readPreferences(db: RootDb, userId: string): Promise<AllPreferences> {
  return { ...(await getPreferences(db, userId)), languages: await listUserLanguages(db, userId) }
}

/** With `isWhole`, what is not given goes back to its default. */
export async function changePreferences(
  { db, isPersona }: ChangePreferencesDeps,
  { userId, changes, isWhole }: { userId: string; changes: PreferenceChanges; isWhole: boolean },
): Promise<AllPreferences> {
  const { languages = isWhole ? [] : undefined, ...given } = changes
  if (given.preferredPersona && !(await isPersona(given.preferredPersona))) throw personaUnknown()
  await withTransaction(db, async (tx) => {
    // Two changes at once follow each other, so that neither takes the other's back.
    await lockUser(tx, userId)
    const before = isWhole ? DEFAULT_PREFERENCES : await getPreferences(tx, userId)
    await putPreferences(tx, { userId, preferences: { ...before, ...withoutAbsent(given) } })
    if (languages) await replaceUserLanguages(tx, { userId, languages })
  })
  return readPreferences(db, userId)
}

function withoutAbsent(changes: PreferenceChanges): Partial<Preferences> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

const personaUnknown = () =>
  new AppError('not_found', 'persona.not_found', 'There is no such persona', {
    faults: [{ path: 'preferredPersona', message: 'There is no such persona' }],
  })
