import type { Db } from '#platform/db/db.ts'
import { setOf } from './content-set.ts'
import { listMoves, pointLabel } from './label-queries.ts'
import type { Label, Release } from './release.ts'
import { labelMoved } from './release-errors.ts'
import { findReleaseOfLabel, listReleaseItems } from './release-queries.ts'
import { findServing, setServing } from './serving-queries.ts'
import { showContent, versionsOf } from './show-content.ts'

/** The number of the release a label is expected to point to still; `null` is none. */
export type Expected = number | null

/** The release that the label points to. Throws when it is another than expected, and says who moved it there. */
export async function requireExpected(
  tx: Db,
  label: Label,
  expected: Expected | undefined,
): Promise<Release | undefined> {
  const current = await findReleaseOfLabel(tx, label)
  if (expected === undefined || (current?.number ?? null) === expected) return current
  const [last] = await listMoves(tx, { label, limit: 1 })
  throw labelMoved(label, expected, last)
}

export type Move = {
  label: Label
  from: Release | undefined
  to: Release
  movedBy: string
  message: string | undefined
}

/** Points the label to a release; where this database serves the label, learners have it from the commit on. */
export async function moveLabel(tx: Db, { label, from, to, movedBy, message }: Move): Promise<void> {
  await pointLabel(tx, {
    label,
    fromReleaseId: from?.releaseId ?? null,
    toReleaseId: to.releaseId,
    movedBy,
    message,
  })
  if ((await findServing(tx))?.source === label) await serveRelease(tx, label, to)
}

/** Makes the catalogue show the release. Throws when this program cannot read what it holds. */
export async function serveRelease(tx: Db, label: Label, release: Release): Promise<void> {
  const items = await listReleaseItems(tx, release.releaseId)
  await showContent(tx, setOf(items), versionsOf(items, items))
  await setServing(tx, { source: label, ...release })
}
