import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type { Label, LabelMove } from './release.ts'

export type NewMove = {
  label: Label
  fromReleaseId: string | null
  toReleaseId: string
  movedBy: string
  message: string | undefined
}

/** Points the label to the release, and writes down who did it and why. Under `lockContent`. */
export async function pointLabel(db: Db, move: NewMove): Promise<void> {
  const { label, fromReleaseId, toReleaseId, movedBy, message } = move
  await db
    .insertInto('content_labels')
    .values({ label, release_id: toReleaseId })
    .onConflict((conflict) => conflict.column('label').doUpdateSet({ release_id: toReleaseId }))
    .execute()
  await db
    .insertInto('content_label_moves')
    .values({
      move_number: sql`(select coalesce(max(move_number), 0) + 1 from content_label_moves)`,
      label,
      from_release_id: fromReleaseId,
      to_release_id: toReleaseId,
      moved_by: movedBy,
      message: message ?? null,
    })
    .execute()
}

/** Oldest first. `limit` keeps the newest; without it all come. */
export async function listMoves(
  db: Db,
  { label, limit }: { label: Label | undefined; limit?: number },
): Promise<LabelMove[]> {
  const newestFirst = await db
    .selectFrom('content_label_moves as m')
    .leftJoin('content_releases as f', 'f.release_id', 'm.from_release_id')
    .innerJoin('content_releases as t', 't.release_id', 'm.to_release_id')
    .select([
      'm.label',
      'f.release_number as from',
      't.release_number as to',
      'm.moved_by as movedBy',
      'm.message',
      'm.moved_at as movedAt',
      't.git_commit as gitCommit',
    ])
    .$if(label !== undefined, (query) => query.where('m.label', '=', label ?? ''))
    // Times are those of the transactions' beginnings; numbers are given under the lock.
    .orderBy('m.move_number', 'desc')
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute()
  return newestFirst.reverse()
}
