import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type { Label } from './release.ts'

/** What the catalogue tables of this database show: files that a process loaded, or what a label points to. */
export type Serving = { source: 'files' | Label; releaseId: string | null; manifestHash: string }

export type ServedNow = Serving & { releaseNumber: number | null; changedAt: Date }

export async function findServing(db: Db): Promise<ServedNow | undefined> {
  return db
    .selectFrom('content_serving as s')
    .leftJoin('content_releases as r', 'r.release_id', 's.release_id')
    .select([
      's.source',
      's.release_id as releaseId',
      's.manifest_hash as manifestHash',
      'r.release_number as releaseNumber',
      's.changed_at as changedAt',
    ])
    .executeTakeFirst()
}

/** `changed_at` moves only when something else is served than before. */
export async function setServing(db: Db, { source, releaseId, manifestHash }: Serving): Promise<void> {
  const columns = { source, release_id: releaseId, manifest_hash: manifestHash }
  await db
    .insertInto('content_serving')
    .values(columns)
    .onConflict((conflict) =>
      conflict
        .column('is_only')
        .doUpdateSet({ ...columns, changed_at: sql`now()` })
        .where(
          sql<boolean>`(content_serving.source, content_serving.manifest_hash, content_serving.release_id)
            is distinct from (excluded.source, excluded.manifest_hash, excluded.release_id)`,
        ),
    )
    .execute()
}
