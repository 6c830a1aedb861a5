import type { RepairLine } from '#engines/language/repair-line.ts'
import type { SafetyRule } from '#engines/language/safety-rule.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { ContentSet } from './content-catalogue.ts'
import { type FactRulesFile, toFactRules } from './fact-rules-file.ts'
import { toRepairLines, toSafetyRules } from './read-phrases.ts'
import { toFeedbackTemplates } from './read-speech-feedback.ts'
import type { Label } from './release.ts'
import { findServing } from './serving-queries.ts'

export type ContentStatus = {
  source: 'files' | Label
  /** `null` when files are served. */
  release: number | null
  manifestHash: string
  /** Since when this has been served. */
  since: string
  /** Why what is newest is not served: `file:line:column key message`, or a sentence. */
  faults: string[]
}

/** What a process keeps at hand of the content that is served: the rest it reads from the database. */
export type KeptContent = {
  feedbackTemplates: readonly FeedbackTemplates[]
  /** What is never remembered about a learner; without it nothing is. */
  factRules: FactRulesFile | undefined
  /** What is answered without asking a model. */
  talkRules: { repairLines: readonly RepairLine[]; safetyRules: readonly SafetyRule[] }
}

export const toKept = ({
  speechFeedback,
  factRules,
  repairs,
  safety,
}: Pick<ContentSet, 'speechFeedback' | 'factRules' | 'repairs' | 'safety'>): KeptContent => ({
  feedbackTemplates: toFeedbackTemplates(speechFeedback),
  factRules: toFactRules(factRules),
  talkRules: { repairLines: toRepairLines(repairs), safetyRules: toSafetyRules(safety) },
})

/** What a running process serves, and what it cannot read from the database with each request. */
export type ServedContent = {
  feedbackTemplates: () => KeptContent['feedbackTemplates']
  factRules: () => KeptContent['factRules']
  talkRules: () => KeptContent['talkRules']
  status: () => ContentStatus
  stop: () => Promise<void>
}

export type ServeContentDeps = {
  db: RootDb
  report: {
    changed: (status: ContentStatus) => void
    /** The last good content goes on being served. */
    refused: (faults: readonly string[]) => void
    failed: (error: unknown) => void
  }
}

/** What the database says is served now. */
export async function readServed(db: RootDb): Promise<{ status: ContentStatus; releaseId: string | null }> {
  const serving = await findServing(db)
  if (!serving) throw new Error('The database serves no content')
  const { source, releaseId, releaseNumber: release, manifestHash, changedAt } = serving
  return { status: { source, release, manifestHash, since: changedAt.toISOString(), faults: [] }, releaseId }
}
