import { AppError } from '#base/errors.ts'
import {
  contentInvalid,
  describeChanges,
  findRelease,
  findReleaseOfLabel,
  formatFault,
  itemsOf,
  LABELS,
  type Label,
  labelUnset,
  listReleaseItems,
  readContent,
  releaseNotFound,
} from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'
import type { RootDb } from '#platform/db/db.ts'
import { PROMPT_CONTRACTS } from '../prompt-contracts.ts'
import { withTables } from '../with-database.ts'

export type DiffOptions = { from: string; to: string; json?: boolean }

export async function printDiff({ from, to, json }: DiffOptions): Promise<void> {
  const config = readConfig(process.env)
  const sides = { from: toSide(from), to: toSide(to) }
  await withTables(config, async ({ db }) => {
    const itemsOfSide = (side: Side) => readSide(db, { root: config.contentDir, side })
    const changes = describeChanges(await itemsOfSide(sides.from), await itemsOfSide(sides.to))
    if (json) console.log(JSON.stringify(changes, null, 2))
    else for (const change of changes) console.log(change)
    if (changes.length === 0) console.error(`Nothing changes from ${from} to ${to}`)
  })
}

/** The files, a label, or the number of a release. */
type Side = 'files' | Label | number

function toSide(text: string): Side {
  const named = (['files', ...LABELS] as const).find((known) => known === text)
  if (named) return named
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  const message = `'${text}' is neither 'files', nor a label (${LABELS.join(', ')}), nor the number of a release`
  throw new AppError('invalid', 'side.invalid', message)
}

async function readSide(db: RootDb, { root, side }: { root: string; side: Side }) {
  if (side === 'files') {
    const { faults, ...files } = readContent(root, PROMPT_CONTRACTS)
    if (faults.length > 0) throw contentInvalid(faults.map(formatFault))
    return itemsOf(files)
  }
  const release = typeof side === 'number' ? await findRelease(db, side) : await findReleaseOfLabel(db, side)
  if (!release) throw typeof side === 'number' ? releaseNotFound(side) : labelUnset(side)
  return listReleaseItems(db, release.releaseId)
}
