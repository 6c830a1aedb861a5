import type { Logger } from 'pino'
import type { CanaryOf } from '#engines/llm/canary.ts'
import type { TurnCalls } from '#engines/llm/turn-calls.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import type { ServedContent } from '#features/content/index.ts'
import {
  findCefrLevel,
  getPreferences,
  learnerLanguagesOf,
  listUserLanguages,
} from '#features/identity/index.ts'
import type { Audience } from '#platform/audience.ts'
import type { Config } from '#platform/config.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { Database } from '#platform/db/open-database.ts'
import type { Admission } from '#platform/http/admission.ts'
import type { LeaseTimes } from '#platform/lease-runner.ts'
import type { Metrics } from '#platform/metrics.ts'
import { createLevelRewrite } from './level-rewrite.ts'
import type { Models } from './wire-models.ts'
import type { Recordings } from './wire-recordings.ts'
import type { Texts } from './wire-texts.ts'

/** What both kinds of talk stand on: practice and conversations with personas. */
export type Talk = {
  config: Config
  database: Database
  speech: SpeechEngine
  now: () => Date
  log: Logger
  served: ServedContent
  metrics: Metrics
  audience: Audience
  admission: Admission
  models: Models
  texts: Texts
  calls: TurnCalls
  recordings: Recordings
  level: ReturnType<typeof wireLevel>
  learner: ReturnType<typeof wireLearner>
  leaseTimes: LeaseTimes
  canaryOf: CanaryOf
}

/** Replies within the learner's level. */
export const wireLevel = (
  config: Config,
  { complete }: Models,
  { renderPrompt, promptVersionOf }: Texts,
) => ({
  governsLevel: config.practice.governsLevel,
  rewriteForLevel: createLevelRewrite({
    complete,
    renderPrompt,
    promptVersionId: promptVersionOf('level-rewrite'),
  }),
})

/** What is known of a learner that matters to a talk. */
export const wireLearner = (db: RootDb) => ({
  levelOfLearner: (userId: string) => findCefrLevel(db, userId),
  learnerLanguagesOf: async (userId: string) =>
    learnerLanguagesOf(await getPreferences(db, userId), await listUserLanguages(db, userId)),
})
