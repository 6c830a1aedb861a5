import type { Db } from './db.ts'

/** A secret that all processes of this installation share. Made by the migrations. */
export async function getInstallationKey(db: Db, name: 'canary'): Promise<string> {
  const { key } = await db
    .selectFrom('installation_keys')
    .select('key')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return key
}
