import { type ExpressionBuilder, sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type { DB } from '#platform/db/schema.ts'
import { DEFAULT_PREFERENCES, type Preferences, type UserLanguage } from './preferences.ts'

/** Those that were said, and the defaults for the rest. */
export async function getPreferences(db: Db, userId: string): Promise<Preferences> {
  const row = await db
    .selectFrom('user_preferences')
    .select([
      'preferred_persona as preferredPersona',
      'preferred_voice as preferredVoice',
      'voice_enabled as voiceEnabled',
      'language',
      'explanation_language as explanationLanguage',
      'theme',
      'avatar_customization as avatarCustomization',
      'remember_facts as rememberFacts',
    ])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (!row) return DEFAULT_PREFERENCES
  // The JSON column is written by this file alone, in this shape.
  return { ...row, avatarCustomization: row.avatarCustomization as Record<string, unknown> }
}

/** What a persona goes by; for a statement of others. */
export const talkSettings = (builder: ExpressionBuilder<DB, never>, userId: string) =>
  builder
    .selectFrom('users')
    .leftJoin('user_preferences', 'user_preferences.user_id', 'users.user_id')
    .select(['users.cefr_level as cefrLevel', rememberFacts.as('rememberFacts')])
    .where('users.user_id', '=', userId)

const rememberFacts = sql<boolean>`coalesce(remember_facts, ${sql.lit(DEFAULT_PREFERENCES.rememberFacts)})`

export async function putPreferences(
  db: Db,
  { userId, preferences }: { userId: string; preferences: Preferences },
): Promise<void> {
  const columns = {
    preferred_persona: preferences.preferredPersona,
    preferred_voice: preferences.preferredVoice,
    voice_enabled: preferences.voiceEnabled,
    language: preferences.language,
    explanation_language: preferences.explanationLanguage,
    theme: preferences.theme,
    avatar_customization: JSON.stringify(preferences.avatarCustomization),
    remember_facts: preferences.rememberFacts,
  }
  await db
    .insertInto('user_preferences')
    .values({ user_id: userId, ...columns })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ ...columns, updated_at: sql`now()` }))
    .execute()
}

/** By use, the primary one first, then by code. */
export async function listUserLanguages(db: Db, userId: string): Promise<UserLanguage[]> {
  return db
    .selectFrom('user_languages')
    .select([
      'language_code as code',
      'language_type as use',
      'proficiency_level as level',
      'is_primary as isPrimary',
    ])
    .where('user_id', '=', userId)
    .orderBy('language_type')
    .orderBy('is_primary', 'desc')
    .orderBy('language_code')
    .execute()
}

/** All of them at once: those that are not in the list are gone. */
export async function replaceUserLanguages(
  db: Db,
  { userId, languages }: { userId: string; languages: readonly UserLanguage[] },
): Promise<void> {
  await db.deleteFrom('user_languages').where('user_id', '=', userId).execute()
  if (languages.length === 0) return
  await db
    .insertInto('user_languages')
    .values(
      languages.map(({ code, use, level, isPrimary }) => ({
        user_id: userId,
        language_code: code,
        language_type: use,
        proficiency_level: level,
        is_primary: isPrimary,
      })),
    )
    .execute()
}
