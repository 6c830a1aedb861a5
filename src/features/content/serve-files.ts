import { fingerprintOf, watchFolders } from '#platform/authored/watch-folders.ts'
import { formatFault } from './check-content.ts'
import type { ContentSet } from './content-catalogue.ts'
import { loadContent } from './load-content.ts'
import type { PromptContracts } from './prompt-contract.ts'
import { readContent } from './read-content.ts'
import { contentInvalid, servesLabel } from './release-errors.ts'
import {
  type ContentStatus,
  type KeptContent,
  readServed,
  type ServeContentDeps,
  type ServedContent,
  toKept,
} from './served-content.ts'
import { findServing } from './serving-queries.ts'

const FOLDERS = ['prompts', 'personas']
/** A log line and an answer of /readyz hold so many. */
const MAX_FAULTS = 20

export type ServeFilesInput = {
  root: string
  /** What the service uses prompts for: it cannot do without them. */
  contracts: PromptContracts
  /** Also where the database serves what a label points to. */
  takesOver: boolean
  /** How often the files are looked at. */
  pollMs?: number | undefined
}

/**
 * Serves the files as they are, and again whenever they change: a change that is broken is reported, and what was read
 * last without a fault goes on. Throws when they are broken from the beginning.
 */
export async function serveFiles(deps: ServeContentDeps, input: ServeFilesInput): Promise<ServedContent> {
  const taken = await findLabelInTheWay(deps, input)
  if (taken) throw taken
  const folders = { root: input.root, folders: FOLDERS }
  const seen = await fingerprintOf(folders)
  const first = readFiles(input)
  if ('faults' in first) throw contentInvalid(first.faults)
  const now: Now = await load(deps, first.set)
  const watch = watchFolders({
    ...folders,
    intervalMs: input.pollMs,
    seen,
    onChange: () => reload(deps, input, now),
    onError: deps.report.failed,
  })
  return {
    feedbackTemplates: () => now.feedbackTemplates,
    factRules: () => now.factRules,
    talkRules: () => now.talkRules,
    status: () => now.status,
    stop: watch.stop,
  }
}

type Now = KeptContent & { status: ContentStatus }

async function reload(deps: ServeContentDeps, input: ServeFilesInput, now: Now): Promise<void> {
  const taken = await findLabelInTheWay(deps, input)
  const read = taken ? { faults: [taken.message] } : readFiles(input)
  if ('faults' in read) {
    const faults = firstOf(read.faults)
    now.status = { ...now.status, faults }
    deps.report.refused(faults)
    return
  }
  const before = now.status
  Object.assign(now, await load(deps, read.set))
  const isOther = before.manifestHash !== now.status.manifestHash || before.faults.length > 0
  if (isOther) deps.report.changed(now.status)
}

/** A checkout must not replace what editors published for learners, unless somebody says so. */
async function findLabelInTheWay({ db }: ServeContentDeps, { takesOver }: ServeFilesInput) {
  const served = await findServing(db)
  return served && served.source !== 'files' && !takesOver ? servesLabel(served.source) : undefined
}

async function load({ db }: ServeContentDeps, set: ContentSet): Promise<Now> {
  await loadContent({ db }, set)
  const { status } = await readServed(db)
  return { ...toKept(set), status }
}

function readFiles({ root, contracts }: ServeFilesInput): { set: ContentSet } | { faults: string[] } {
  const { faults, ...set } = readContent(root, contracts)
  return faults.length > 0 ? { faults: faults.map(formatFault) } : { set }
}

/** All of them are for `content check`. */
const firstOf = (faults: readonly string[]) =>
  faults.length <= MAX_FAULTS
    ? [...faults]
    : [...faults.slice(0, MAX_FAULTS), `and ${faults.length - MAX_FAULTS} more: see malgil content check`]
