import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { setOf } from './content-set.ts'
import { listMoves } from './label-queries.ts'
import { type Expected, moveLabel, requireExpected } from './move-label.ts'
import type { Published } from './publish-content.ts'
import { type Label, pathOf, type Release } from './release.ts'
import { contentInvalid, labelUnset, noEarlierRelease, releaseNotFound } from './release-errors.ts'
import { findRelease, listReleaseItems } from './release-queries.ts'
import { setFaults } from './set-faults.ts'
import { lockContent } from './version-queries.ts'

/** A release by its number, or so many back on the way that the label came. */
export type Target = { to: number } | { steps: number }

export type Rollback = {
  label: Label
  target: Target
  neededPrompts: readonly string[]
  author: string
  message: string | undefined
  expected: Expected | undefined
}

/** Points the label to what was published before. The release stays as it is; nothing is copied or deleted. */
export async function rollbackLabel({ db }: { db: RootDb }, input: Rollback): Promise<Published> {
  return withTransaction(db, async (tx) => {
    await lockContent(tx)
    const { label, target, author: movedBy, message, expected } = input
    const from = await requireExpected(tx, label, expected)
    if (!from) throw labelUnset(label)
    const to = await findTarget(tx, label, target)
    if (to.releaseId === from.releaseId) return { status: 'unchanged', release: to, from }
    const items = await listReleaseItems(tx, to.releaseId)
    // An old release may lack what this program needs by now.
    const faults = setFaults(setOf(items), { items, neededPrompts: input.neededPrompts })
    if (faults.length > 0) throw contentInvalid(faults)
    await moveLabel(tx, { label, from, to, movedBy, message })
    return { status: 'published', release: to, from }
  })
}

async function findTarget(tx: Db, label: Label, target: Target): Promise<Release> {
  const number = 'to' in target ? target.to : await stepBack(tx, label, target.steps)
  const release = await findRelease(tx, number)
  if (!release) throw releaseNotFound(number)
  return release
}

async function stepBack(tx: Db, label: Label, steps: number): Promise<number> {
  const path = pathOf(await listMoves(tx, { label }))
  const number = path.at(-1 - steps)
  if (number === undefined) throw noEarlierRelease(label, { steps, earlier: path.length - 1 })
  return number
}
