import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import type { ContentItem } from './content-items.ts'

/** The stored text of an item, and which of its texts that is, counted from 1. */
export type VersionRef = { contentVersionId: string; versionNumber: number }

export type Provenance = { author: string | null; gitCommit: string | null }

/** Stores each text once, however often it is loaded, and answers in the order of `items`. Under `lockContent`. */
export async function putContentVersions(
  db: Db,
  items: readonly ContentItem[],
  provenance: Provenance,
): Promise<VersionRef[]> {
  const known = await findVersionRefs(db, items)
  const refs: VersionRef[] = []
  for (const item of items) {
    refs.push(known.get(identityOf(item)) ?? (await insertVersion(db, item, provenance)))
  }
  return refs
}

async function findVersionRefs(db: Db, items: readonly ContentItem[]): Promise<Map<string, VersionRef>> {
  const rows = await db
    .selectFrom('content_versions')
    .select([
      'kind',
      'content_key as key',
      'content_hash as contentHash',
      'content_version_id as contentVersionId',
      'version_number as versionNumber',
    ])
    .where('content_hash', '=', sql<string>`any(${items.map(({ contentHash }) => contentHash)}::text[])`)
    .execute()
  return new Map(
    rows.map(({ contentVersionId, versionNumber, ...row }) => [
      identityOf(row),
      { contentVersionId, versionNumber },
    ]),
  )
}

const identityOf = ({ kind, key, contentHash }: { kind: string; key: string; contentHash: string }) =>
  `${kind} ${key} ${contentHash}`

async function insertVersion(
  db: Db,
  { kind, key, contentHash, content }: ContentItem,
  { author, gitCommit }: Provenance,
): Promise<VersionRef> {
  return db
    .insertInto('content_versions')
    .values({
      content_version_id: newId(),
      kind,
      content_key: key,
      content_hash: contentHash,
      content: JSON.stringify(content),
      version_number: sql`(
        select coalesce(max(version_number), 0) + 1 from content_versions
        where kind = ${kind} and content_key = ${key})`,
      author,
      git_commit: gitCommit,
    })
    .returning(['content_version_id as contentVersionId', 'version_number as versionNumber'])
    .executeTakeFirstOrThrow()
}

export async function findContentVersion(db: Db, contentVersionId: string): Promise<unknown> {
  const row = await db
    .selectFrom('content_versions')
    .select('content')
    .where('content_version_id', '=', contentVersionId)
    .executeTakeFirst()
  return row?.content
}

/** One process at a time changes content; the lock goes with the transaction. */
export async function lockContent(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('malgil.content'))`.execute(db)
}
