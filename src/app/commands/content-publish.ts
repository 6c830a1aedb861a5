import { relative, resolve, sep } from 'node:path'
import { createTextCheck } from '#engines/speech/words/text-check.ts'
import {
  checkContent,
  contentInvalid,
  describeChanges,
  faultsOfSelection,
  findReleaseOfLabel,
  formatFault,
  itemsToPublish,
  type Label,
  listReleaseItems,
  type Publication,
  publishContent,
  type Release,
  readContent,
  type Selection,
} from '#features/content/index.ts'
import { readPrices } from '#features/usage/index.ts'
import { readConfig } from '#platform/config.ts'
import type { RootDb } from '#platform/db/db.ts'
import { NEEDED_PROMPTS, PROMPT_CONTRACTS } from '../prompt-contracts.ts'
import { withTables } from '../with-database.ts'
import { authorOf, type Expect, expectedOf } from './content-author.ts'

export type PublishOptions = {
  label: Label
  message?: string
  author?: string
  expect?: Expect
  dryRun?: boolean
}

/** Refused before anything is written when a file has a fault; prints what changes for learners. */
export async function publish(
  paths: string[],
  { label, message, expect, dryRun = false, ...options }: PublishOptions,
): Promise<void> {
  const config = readConfig(process.env)
  const root = config.contentDir
  const selection = paths.length > 0 ? paths.map((path) => belowRoot(root, path)) : undefined
  await requireSound(root, selection)
  const { faults: _, ...files } = readContent(root, PROMPT_CONTRACTS)
  const who = await authorOf(root, options)
  await withTables(config, async ({ db }) => {
    const expected = expectedOf(expect)
    const input = { label, files, selection, neededPrompts: NEEDED_PROMPTS, ...who, message, expected }
    const { changes, current } = await preview(db, input)
    if (dryRun) {
      printChanges(changes)
      console.error(`Dry run: ${label} stays at ${current === null ? 'no release' : `release ${current}`}`)
      return
    }
    // What is printed is what happens: if the label moves meanwhile, nothing does.
    const { status, release, from } = await publishContent(
      { db },
      { ...input, expected: expected ?? current },
    )
    if (status === 'unchanged') {
      console.log(`Nothing to publish: ${label} points to release ${release.number}, which is the same`)
      return
    }
    printChanges(changes)
    console.log(formatMove(label, from, release))
  })
}

async function preview(
  db: RootDb,
  input: Publication,
): Promise<{ changes: string[]; current: number | null }> {
  const from = await findReleaseOfLabel(db, input.label)
  const before = from ? await listReleaseItems(db, from.releaseId) : []
  const after = await itemsToPublish(db, input, from)
  return { changes: describeChanges(before, after), current: from?.number ?? null }
}

export const formatMove = (label: string, from: Release | undefined, to: Release) =>
  `${label}: ${from ? `release ${from.number}` : 'no release'} → release ${to.number}`

function printChanges(changes: readonly string[]): void {
  for (const change of changes) console.log(change)
  if (changes.length === 0) console.log('Nothing changes')
}

/** Faults of other files do not matter when only some are published. */
async function requireSound(root: string, selection: Selection | undefined): Promise<void> {
  const { faults } = checkContent(root, {
    checkText: await createTextCheck(),
    contracts: PROMPT_CONTRACTS,
    others: readPrices(root).faults,
  })
  const found = selection ? faultsOfSelection(faults, selection) : faults
  if (found.length > 0) throw contentInvalid(found.map(formatFault))
}

/** Paths are given from where one stands; a file that is gone can be named too. */
const belowRoot = (root: string, path: string) => relative(root, resolve(path)).split(sep).join('/')
