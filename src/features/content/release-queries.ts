import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import type { ContentItem, ContentKind } from './content-items.ts'
import type { Label, Release } from './release.ts'
import type { Provenance, VersionRef } from './version-queries.ts'

const selectRelease = (db: Db) =>
  db
    .selectFrom('content_releases as r')
    .select([
      'r.release_id as releaseId',
      'r.release_number as number',
      'r.manifest_hash as manifestHash',
      'r.author',
      'r.git_commit as gitCommit',
      'r.created_at as createdAt',
    ])

export const findRelease = (db: Db, number: number): Promise<Release | undefined> =>
  selectRelease(db).where('r.release_number', '=', number).executeTakeFirst()

export const findReleaseOfManifest = (db: Db, manifestHash: string): Promise<Release | undefined> =>
  selectRelease(db).where('r.manifest_hash', '=', manifestHash).executeTakeFirst()

/** What the label points to. */
export const findReleaseOfLabel = (db: Db, label: Label): Promise<Release | undefined> =>
  selectRelease(db)
    .innerJoin('content_labels as l', 'l.release_id', 'r.release_id')
    .where('l.label', '=', label)
    .executeTakeFirst()

export type NewRelease = {
  manifestHash: string
  items: readonly ContentItem[]
  /** Of the items, in their order. */
  refs: readonly VersionRef[]
  provenance: Provenance & { author: string }
}

/** Under `lockContent`, so that numbers have no gaps and no twins. */
export async function insertRelease(
  db: Db,
  { manifestHash, items, refs, provenance: { author, gitCommit } }: NewRelease,
): Promise<Release> {
  const releaseId = newId()
  await db
    .insertInto('content_releases')
    .values({
      release_id: releaseId,
      release_number: sql`(select coalesce(max(release_number), 0) + 1 from content_releases)`,
      manifest_hash: manifestHash,
      author,
      git_commit: gitCommit,
    })
    .execute()
  await sql`
    insert into content_release_items (release_id, content_version_id, file)
    select ${releaseId}::uuid, version_id, file
    from unnest(${refs.map(({ contentVersionId }) => contentVersionId)}::uuid[],
      ${items.map(({ file }) => file)}::text[]) as item (version_id, file)`.execute(db)
  return selectRelease(db).where('r.release_id', '=', releaseId).executeTakeFirstOrThrow()
}

export type ReleaseItem = ContentItem & VersionRef

/** By kind and key. */
export async function listReleaseItems(db: Db, releaseId: string): Promise<ReleaseItem[]> {
  const rows = await db
    .selectFrom('content_release_items as i')
    .innerJoin('content_versions as v', 'v.content_version_id', 'i.content_version_id')
    .select([
      'v.kind',
      'v.content_key as key',
      'i.file',
      'v.content_hash as contentHash',
      'v.content',
      'v.content_version_id as contentVersionId',
      'v.version_number as versionNumber',
    ])
    .where('i.release_id', '=', releaseId)
    .orderBy('v.kind')
    .orderBy('v.content_key')
    .execute()
  // Written from items alone.
  return rows.map(({ kind, ...row }) => ({ ...row, kind: kind as ContentKind }))
}
