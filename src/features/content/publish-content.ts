import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import type { ContentSet } from './content-catalogue.ts'
import { type ContentItem, itemsOf, manifestHashOf } from './content-items.ts'
import { setOf } from './content-set.ts'
import { type Expected, moveLabel, requireExpected } from './move-label.ts'
import type { Label, Release } from './release.ts'
import { contentInvalid } from './release-errors.ts'
import { findReleaseOfManifest, insertRelease, listReleaseItems } from './release-queries.ts'
import { mergeItems, type Selection } from './select-items.ts'
import { setFaults } from './set-faults.ts'
import { lockContent, putContentVersions } from './version-queries.ts'

export type Publication = {
  label: Label
  /** What the files say; they have passed the check. */
  files: ContentSet
  /** Only these; the rest stays as the label has it. */
  selection: Selection | undefined
  /** Prompts that the service cannot do without. */
  neededPrompts: readonly string[]
  author: string
  gitCommit: string | null
  message: string | undefined
  expected: Expected | undefined
}

export type Published = { status: 'published' | 'unchanged'; release: Release; from: Release | undefined }

/** All or nothing: new texts become versions, the set a release, and the label points to it. */
export async function publishContent({ db }: { db: RootDb }, input: Publication): Promise<Published> {
  return withTransaction(db, async (tx) => {
    await lockContent(tx)
    const from = await requireExpected(tx, input.label, input.expected)
    const items = await itemsToPublish(tx, input, from)
    const manifestHash = manifestHashOf(items)
    if (from?.manifestHash === manifestHash) return { status: 'unchanged', release: from, from }
    const to = await putRelease(tx, { ...input, items, manifestHash })
    const { label, author: movedBy, message } = input
    await moveLabel(tx, { label, from, to, movedBy, message })
    return { status: 'published', release: to, from }
  })
}

/** What the label would point to. Throws when the parts do not fit each other. */
export async function itemsToPublish(
  db: Db,
  { files, selection, neededPrompts }: Pick<Publication, 'files' | 'selection' | 'neededPrompts'>,
  from: Release | undefined,
): Promise<ContentItem[]> {
  const own = itemsOf(files)
  const items = selection
    ? mergeItems(from ? await listReleaseItems(db, from.releaseId) : [], own, selection)
    : own
  const faults = setFaults(setOf(items), { items, neededPrompts })
  if (faults.length > 0) throw contentInvalid(faults)
  return items
}

async function putRelease(
  tx: Db,
  {
    items,
    manifestHash,
    author,
    gitCommit,
  }: Pick<Publication, 'author' | 'gitCommit'> & { items: ContentItem[]; manifestHash: string },
): Promise<Release> {
  const known = await findReleaseOfManifest(tx, manifestHash)
  if (known) return known
  const provenance = { author, gitCommit }
  const refs = await putContentVersions(tx, items, provenance)
  return insertRelease(tx, { manifestHash, items, refs, provenance })
}
