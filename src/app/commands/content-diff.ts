import { AppError } from '#base/errors.ts'
import {
  contentInvalid,
  describeChanges,
  findRelease,
  findReleaseOfLabel,
  formatFault,
  itemsOf,
  LABELS,
  labelUnset,
  listReleaseItems,
  type Release,
  readContent,
  releaseNotFound,
} from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'
import type { RootDb } from '#platform/db/db.ts'
import { withTables } from '../with-database.ts'

export type DiffOptions = { from: string; to: string; json?: boolean }

export async function printDiff({ from, to, json }: DiffOptions): Promise<void> {
  const config = readConfig(process.env)
  await withTables(config, async ({ db }) => {
    const sideOf = (side: string) => readSide(db, { root: config.contentDir, side })
    const changes = describeChanges(await sideOf(from), await sideOf(to))
    if (json) console.log(JSON.stringify(changes, null, 2))
    else for (const change of changes) console.log(change)
    if (changes.length === 0) console.error(`Nothing changes from ${from} to ${to}`)
  })
}

async function readSide(db: RootDb, { root, side }: { root: string; side: string }) {
  if (side === 'files') {
    const { faults, ...files } = readContent(root)
    if (faults.length > 0) throw contentInvalid(faults.map(formatFault))
    return itemsOf(files)
  }
  const { releaseId } = await getRelease(db, side)
  return listReleaseItems(db, releaseId)
}

async function getRelease(db: RootDb, side: string): Promise<Release> {
  const label = LABELS.find((known) => known === side)
  if (label) {
    const release = await findReleaseOfLabel(db, label)
    if (!release) throw labelUnset(label)
    return release
  }
  if (!/^[1-9]\d{0,8}$/.test(side)) {
    const message = `'${side}' is neither 'files', nor a label (${LABELS.join(', ')}), nor the number of a release`
    throw new AppError('invalid', 'side.invalid', message)
  }
  const release = await findRelease(db, Number(side))
  if (!release) throw releaseNotFound(Number(side))
  return release
}
