import { type ExpressionBuilder, sql } from 'kysely'
import { compiledOnce } from '#platform/db/compiled-once.ts'
import type { Db } from '#platform/db/db.ts'
import type { DB } from '#platform/db/schema.ts'
import type { Identity } from '#platform/http/identity.ts'
import { appNotFound } from './errors.ts'
import type { CefrLevel, LanguageLevel, User, UserChanges } from './user.ts'

export type StoredApiKey = Identity & {
  keyHash: Buffer
  revokedAt: Date | null
  isAppActive: boolean
  /** Whether the user is one of the app's. */
  isAppsUser: boolean
}

export async function findApiKey(
  db: Db,
  key: { prefix: string; userId: string | null },
): Promise<StoredApiKey | undefined> {
  const [found] = await askForApiKey(db, key)
  return found
}

const askForApiKey = compiledOnce((db, { prefix, userId }: { prefix: string; userId: string | null }) =>
  db
    .selectFrom('api_keys')
    .innerJoin('apps', 'apps.app_id', 'api_keys.app_id')
    .select([
      'api_keys.app_id as appId',
      'api_keys.api_key_id as apiKeyId',
      'api_keys.key_hash as keyHash',
      'api_keys.revoked_at as revokedAt',
      'apps.is_active as isAppActive',
    ])
    .select((builder) => isAppsUser(builder, userId).$castTo<boolean>().as('isAppsUser'))
    .where('api_keys.prefix', '=', prefix),
)

/** Every key that is not revoked, of an app that is active. */
export const listStandingKeys = (db: Db): Promise<(Identity & { prefix: string; keyHash: Buffer })[]> =>
  db
    .selectFrom('api_keys')
    .innerJoin('apps', 'apps.app_id', 'api_keys.app_id')
    .select([
      'api_keys.app_id as appId',
      'api_keys.api_key_id as apiKeyId',
      'api_keys.prefix',
      'api_keys.key_hash as keyHash',
    ])
    .where('api_keys.revoked_at', 'is', null)
    .where('apps.is_active', '=', true)
    .execute()

/** The same of one who was authenticated before, as a condition of any statement: nothing happens where it holds no more. */
export const mayAct = (
  { exists, selectFrom }: ExpressionBuilder<DB, never>,
  { apiKeyId, userId }: { apiKeyId: string; userId: string },
) =>
  exists(
    selectFrom('api_keys')
      .innerJoin('apps', 'apps.app_id', 'api_keys.app_id')
      .select('api_keys.api_key_id')
      .where('api_keys.api_key_id', '=', apiKeyId)
      .where('api_keys.revoked_at', 'is', null)
      .where('apps.is_active', '=', sql.lit(true))
      .where((builder) => isAppsUser(builder, userId)),
  )

/** Whether the user may be acted for by the app that the key is of. */
const isAppsUser = (
  { exists, selectFrom }: ExpressionBuilder<DB, 'api_keys' | 'apps'>,
  userId: string | null,
) =>
  exists(
    selectFrom('users')
      .select('users.user_id')
      .where('users.user_id', '=', userId)
      .whereRef('users.app_id', '=', 'apps.app_id')
      .where('users.account_status', '=', sql.lit('active')),
  )

export async function insertApp(db: Db, { appId, name }: { appId: string; name: string }): Promise<void> {
  await db.insertInto('apps').values({ app_id: appId, name }).execute()
}

export type ListedApp = { appId: string; name: string }

/** By name or by id, whichever an operator has at hand. Throws `app.not_found`. */
export async function getApp(db: Db, nameOrId: string): Promise<ListedApp> {
  const app = await db
    .selectFrom('apps')
    .select(['app_id as appId', 'name'])
    .where(({ or, eb }) =>
      or([eb('name', '=', nameOrId), eb(sql<string>`app_id::text`, '=', nameOrId.toLowerCase())]),
    )
    // A name that is the id of another app is the app with that name.
    .orderBy(({ eb }) => eb('name', '=', nameOrId), 'desc')
    .executeTakeFirst()
  if (!app) throw appNotFound(nameOrId)
  return app
}

export async function listApps(db: Db): Promise<ListedApp[]> {
  return db.selectFrom('apps').select(['app_id as appId', 'name']).orderBy('name').execute()
}

export async function insertApiKey(
  db: Db,
  { apiKeyId, appId, prefix, keyHash }: { apiKeyId: string; appId: string; prefix: string; keyHash: Buffer },
): Promise<void> {
  await db
    .insertInto('api_keys')
    .values({ api_key_id: apiKeyId, app_id: appId, prefix, key_hash: keyHash })
    .execute()
}

/** False when there is no such key or it was revoked before. */
export async function revokeApiKey(db: Db, prefix: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('api_keys')
    .set({ revoked_at: sql`now()` })
    .where('prefix', '=', prefix)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export type ListedKey = { app: string; prefix: string; createdAt: Date; revokedAt: Date | null }

/** By app name, then oldest first. */
export async function listApiKeys(db: Db): Promise<ListedKey[]> {
  return db
    .selectFrom('api_keys')
    .innerJoin('apps', 'apps.app_id', 'api_keys.app_id')
    .select(['apps.name as app', 'prefix', 'api_keys.created_at as createdAt', 'revoked_at as revokedAt'])
    .orderBy('apps.name')
    .orderBy('api_keys.api_key_id')
    .execute()
}

/** The user of that external id: `newUserId` if the app had none, the one it has otherwise, also in a race. */
export async function claimExternalId(
  db: Db,
  { appId, externalId, newUserId }: { appId: string; externalId: string; newUserId: string },
): Promise<string> {
  const { user_id } = await db
    .insertInto('user_external_ids')
    .values({ app_id: appId, external_id: externalId, user_id: newUserId })
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'external_id']).doUpdateSet({ external_id: sql`excluded.external_id` }),
    )
    .returning('user_id')
    .executeTakeFirstOrThrow()
  return user_id
}

/** Inserts the user, or changes only the fields given. */
export async function upsertUser(
  db: Db,
  {
    userId,
    appId,
    externalId,
    changes,
  }: { userId: string; appId: string; externalId: string; changes: UserChanges },
): Promise<User> {
  const columns = {
    ...(changes.displayName === undefined ? {} : { display_name: changes.displayName }),
    ...(changes.city === undefined ? {} : { city: changes.city }),
    ...(changes.district === undefined ? {} : { district: changes.district }),
    ...(changes.languageLevel === undefined ? {} : { language_level: changes.languageLevel }),
    ...(changes.cefrLevel === undefined ? {} : { cefr_level: changes.cefrLevel }),
  }
  return db
    .insertInto('users')
    .values({ user_id: userId, app_id: appId, external_id: externalId, ...columns })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ ...columns, updated_at: sql`now()` }))
    .returning(USER_COLUMNS)
    .executeTakeFirstOrThrow()
}

const USER_COLUMNS = [
  'user_id as userId',
  'external_id as externalId',
  'display_name as displayName',
  'city',
  'district',
  'language_level as languageLevel',
  'cefr_level as cefrLevel',
  'user_type as userType',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const

/** Of this app, and not being erased. */
const selectUsers = (db: Db, appId: string) =>
  db
    .selectFrom('users')
    .select(USER_COLUMNS)
    .where('app_id', '=', appId)
    .where('account_status', '=', 'active')

export async function findUser(
  db: Db,
  { appId, userId }: { appId: string; userId: string },
): Promise<User | undefined> {
  return selectUsers(db, appId).where('user_id', '=', userId).executeTakeFirst()
}

export type UserList = {
  appId: string
  externalId: string | undefined
  before: string | undefined
  limit: number
}

/** Those named last first: ids grow with time. One row more than `limit` when there is more. */
export async function listUsers(db: Db, { appId, externalId, before, limit }: UserList): Promise<User[]> {
  const ofExternalId = db
    .selectFrom('user_external_ids')
    .select('user_id')
    .where('app_id', '=', appId)
    .where('external_id', '=', externalId ?? '')
  return selectUsers(db, appId)
    .$if(externalId !== undefined, (query) => query.where('user_id', 'in', ofExternalId))
    .$if(before !== undefined, (query) => query.where('user_id', '<', before ?? ''))
    .orderBy('user_id', 'desc')
    .limit(limit + 1)
    .execute()
}

/**
 * From now on nobody may act for the learner, and the external id is free. The row stays until the erasure has ended.
 * False where there is no such learner of the app.
 */
export async function closeAccount(
  db: Db,
  { appId, userId }: { appId: string; userId: string },
): Promise<boolean> {
  // The same order as in `putUser`, so that the two cannot deadlock.
  await db
    .deleteFrom('user_external_ids')
    .where('app_id', '=', appId)
    .where('external_id', 'in', ({ selectFrom }) =>
      selectFrom('users')
        .select('external_id')
        .where('user_id', '=', userId)
        .where('app_id', '=', appId)
        .where('account_status', '=', 'active'),
    )
    .execute()
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set({ account_status: 'deleted', updated_at: sql`now()` })
    .where('user_id', '=', userId)
    .where('app_id', '=', appId)
    .where('account_status', '=', 'active')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Learners whose erasure has begun and not ended. */
export async function listClosedAccounts(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select('user_id as userId')
    .where('account_status', '=', sql.lit('deleted'))
    .orderBy('user_id')
    .limit(limit)
    .execute()
  return rows.map(({ userId }) => userId)
}

/** With preferences, languages and facts. */
export async function deleteUser(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('users').where('user_id', '=', userId).execute()
}

/** `null` where nobody said it. */
export async function findCefrLevel(db: Db, userId: string): Promise<CefrLevel | null> {
  const row = await db
    .selectFrom('users')
    .select('cefr_level as cefrLevel')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.cefrLevel ?? null
}

export async function getLanguageLevel(db: Db, userId: string): Promise<LanguageLevel> {
  const { language_level } = await db
    .selectFrom('users')
    .select('language_level')
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return language_level
}

/** Changes of the same user wait for each other until the end of the transaction. */
export async function lockUser(db: Db, userId: string): Promise<void> {
  await db.selectFrom('users').select('user_id').where('user_id', '=', userId).forUpdate().execute()
}
