import { type RootDb, withTransaction } from '#platform/db/db.ts'
import type { ContentSet } from './content-catalogue.ts'
import { itemsOf, manifestHashOf } from './content-items.ts'
import { setServing } from './serving-queries.ts'
import { showContent, versionsOf } from './show-content.ts'
import { lockContent, putContentVersions } from './version-queries.ts'

/**
 * Serves the authored files, all or nothing: each text becomes an immutable version, and the catalogue shows just
 * these. Loading the same files again changes nothing. Returns the identity of the whole.
 */
export async function loadContent({ db }: { db: RootDb }, set: ContentSet): Promise<string> {
  const items = itemsOf(set)
  const manifestHash = manifestHashOf(items)
  await withTransaction(db, async (tx) => {
    await lockContent(tx)
    const refs = await putContentVersions(tx, items, { author: null, gitCommit: null })
    await showContent(tx, set, versionsOf(items, refs))
    await setServing(tx, { source: 'files', releaseId: null, manifestHash })
  })
  return manifestHash
}
