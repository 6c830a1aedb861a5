import { type Db, withTransaction } from '#platform/db/db.ts'
import type { ContentKind } from './content-items.ts'
import { setOf } from './content-set.ts'
import { serveRelease } from './move-label.ts'
import type { Label } from './release.ts'
import { contentInvalid, labelUnset } from './release-errors.ts'
import { findReleaseOfLabel, listReleaseItems } from './release-queries.ts'
import {
  type ContentStatus,
  type KeptContent,
  readServed,
  type ServeContentDeps,
  type ServedContent,
  toKept,
} from './served-content.ts'
import { missingPrompts } from './set-faults.ts'
import { lockContent } from './version-queries.ts'

const POLL_MS = 2_000

export type ServeLabelInput = {
  label: Label
  /** Prompts that the service cannot do without. */
  neededPrompts: readonly string[]
  pollMs?: number | undefined
}

/**
 * Serves the release that the label points to. Whoever moves the label changes the catalogue with it, for all processes
 * at once; each of them finds out by looking at one small row, which works through any connection pooler.
 */
export async function serveLabel(deps: ServeContentDeps, input: ServeLabelInput): Promise<ServedContent> {
  const { db } = deps
  await withTransaction(db, (tx) => takeOver(tx, input))
  const now: Now = await readNow(deps)
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let looking = Promise.resolve()
  const schedule = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      looking = look(deps, input, now).catch(deps.report.failed).finally(schedule)
    }, input.pollMs ?? POLL_MS)
    timer.unref()
  }
  schedule()
  return {
    feedbackTemplates: () => now.feedbackTemplates,
    factRules: () => now.factRules,
    talkRules: () => now.talkRules,
    status: () => now.status,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}

type Now = KeptContent & { status: ContentStatus }

/** The kinds of which a process keeps something at hand. */
const KEPT_KINDS: readonly ContentKind[] = ['speech_feedback', 'learner_facts', 'repair', 'safety']

/** Written again even when it is served already: this program may be newer than the one that did. */
async function takeOver(tx: Db, { label, neededPrompts }: ServeLabelInput): Promise<void> {
  await lockContent(tx)
  const release = await findReleaseOfLabel(tx, label)
  if (!release) throw labelUnset(label)
  const missing = missingPrompts(setOf(await listReleaseItems(tx, release.releaseId)), neededPrompts)
  if (missing.length > 0) throw contentInvalid(missing)
  await serveRelease(tx, label, release)
}

async function look(deps: ServeContentDeps, { label }: ServeLabelInput, now: Now): Promise<void> {
  const { status } = await readServed(deps.db)
  if (status.source !== label) {
    const faults = [`Another process made this database serve ${status.source} in place of ${label}`]
    if (now.status.faults.length === 0) deps.report.refused(faults)
    now.status = { ...status, faults }
    return
  }
  if (status.manifestHash === now.status.manifestHash && now.status.faults.length === 0) return
  Object.assign(now, await readNow(deps))
  deps.report.changed(now.status)
}

async function readNow({ db }: ServeContentDeps): Promise<Now> {
  const { status, releaseId } = await readServed(db)
  const items = releaseId === null ? [] : await listReleaseItems(db, releaseId)
  return { ...toKept(setOf(items.filter(({ kind }) => KEPT_KINDS.includes(kind)))), status }
}
