import { join } from 'node:path'
import type { Logger } from 'pino'
import { createCanary } from '#engines/llm/canary.ts'
import type { Embed } from '#engines/llm/gateway.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import { assessmentRoutes } from '#features/assessment/index.ts'
import { contentRoutes, findTalkablePersona, type ServedContent } from '#features/content/index.ts'
import type { ReplyRunner } from '#features/conversation/index.ts'
import { createAuthenticator, identityRoutes, preferencesRoutes } from '#features/identity/index.ts'
import { learnerFactRoutes } from '#features/learner-facts/index.ts'
import type { TurnRunner } from '#features/practice/index.ts'
import { recordingRoutes } from '#features/recording/index.ts'
import { type Price, usageRoutes } from '#features/usage/index.ts'
import { type Audience, createAudience } from '#platform/audience.ts'
import type { Config } from '#platform/config.ts'
import type { Database } from '#platform/db/open-database.ts'
import { createAdmission } from '#platform/http/admission.ts'
import type { Endpoint } from '#platform/http/endpoint.ts'
import { limitFailures } from '#platform/http/limit-failures.ts'
import type { MountDeps } from '#platform/http/mount.ts'
import { createRateLimit } from '#platform/http/rate-limit.ts'
import { createUploadBudget } from '#platform/http/upload-budget.ts'
import type { LeaseTimes } from '#platform/lease-runner.ts'
import { createMetrics, type Metrics } from '#platform/metrics.ts'
import { createTurnCalls } from './turn-calls.ts'
import { wireConversation } from './wire-conversation.ts'
import { wireLeftovers, wireUserErasure } from './wire-erasure.ts'
import { wireModels } from './wire-models.ts'
import { wirePractice } from './wire-practice.ts'
import { wireRecordings } from './wire-recordings.ts'
import { type Talk, wireLearner, wireLevel } from './wire-talk.ts'
import { wireTexts } from './wire-texts.ts'

/** What a test must control, and what must be open before anything can be built. */
export type World = {
  database: Database
  speech: SpeechEngine
  now: () => Date
  log: Logger
  served: ServedContent
  prices: readonly Price[]
  leaseTimes: LeaseTimes
  /** The key of the marks in instructions. */
  canaryKey: string
}

export type Service = {
  endpoints: Endpoint[]
  mount: MountDeps
  turns: TurnRunner
  replies: ReplyRunner
  metrics: Metrics
  /** Vectors for what is to be found by its likeness. */
  embed: Embed
  audience: Audience
  leftovers: ReturnType<typeof wireLeftovers>
}

/** The composition root. Read top to bottom, and on into the files beside it, it is the map of the service. */
export function wire(config: Config, world: World): Service {
  const { database, speech, now, served } = world
  const { db } = database
  const metrics = createMetrics()
  const models = wireModels(config, { ...world, db, metrics })
  const texts = wireTexts(db)
  const recordings = wireRecordings(db, config.dataDir)
  const audience = createAudience(config.streamGraceMs)
  const talk: Talk = {
    ...world,
    config,
    metrics,
    audience,
    admission: createAdmission(config.maxReplies),
    models,
    texts,
    calls: createTurnCalls({ db, now, ...models, ...texts }),
    recordings,
    level: wireLevel(config, models, texts),
    learner: wireLearner(db),
    canaryOf: createCanary(world.canaryKey),
  }
  const practice = wirePractice(talk)
  const conversation = wireConversation(talk)

  const erasure = wireUserErasure({ db, files: recordings.files, ...practice, ...conversation })

  const endpoints = [
    ...identityRoutes(erasure),
    ...preferencesRoutes({
      db,
      isPersona: async (personaId) => (await findTalkablePersona(db, personaId)) !== undefined,
    }),
    ...learnerFactRoutes({ db }),
    ...contentRoutes({ db }),
    ...assessmentRoutes({ speech, feedbackTemplates: served.feedbackTemplates }),
    ...practice.endpoints,
    ...conversation.endpoints,
    ...recordingRoutes({ db, ...recordings }),
    ...usageRoutes({ db, now }),
  ]

  return {
    endpoints,
    turns: practice.turns,
    replies: conversation.replies,
    metrics,
    embed: models.embed,
    audience,
    leftovers: wireLeftovers(erasure, recordings.files),
    mount: {
      authenticator: limitFailures(createAuthenticator({ db: database.reservedDb }), {
        perMinute: config.rates.failuresPerAddress,
      }),
      rateLimit: createRateLimit(config.rates),
      uploads: {
        directory: join(config.dataDir, 'uploads'),
        limits: config.upload,
        budget: createUploadBudget(config.uploadCounts),
      },
    },
  }
}
