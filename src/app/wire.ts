import { join } from 'node:path'
import OpenAI from 'openai'
import type { Logger } from 'pino'
import { newId } from '#base/ids.ts'
import type { RepairLine } from '#engines/language/repair-line.ts'
import type { SafetyRule } from '#engines/language/safety-rule.ts'
import { createCircuits } from '#engines/llm/circuits.ts'
import { createEmbed } from '#engines/llm/embed.ts'
import { createGateway, type Embed, type UnableTarget } from '#engines/llm/gateway.ts'
import { createAskStructured } from '#engines/llm/structured.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import { sniffAudio } from '#engines/speech/sniff.ts'
import type { SpokenFile } from '#engines/speech/spoken-file.ts'
import type { CallProviderDeps } from '#engines/speech/transcribe/call-provider.ts'
import { createListen, type ListenDeps } from '#engines/speech/transcribe/listen.ts'
import { createMatchTranscriber } from '#engines/speech/transcribe/match-transcriber.ts'
import { createOpenAiTranscription } from '#engines/speech/transcribe/providers/openai-transcription.ts'
import { createVendorTranscriber } from '#engines/speech/transcribe/vendor-transcriber.ts'
import { assessmentRoutes } from '#features/assessment/index.ts'
import {
  contentRoutes,
  createContentReader,
  findPlayableVariation,
  findTalkablePersona,
} from '#features/content/index.ts'
import {
  conversationRoutes,
  createReplyBus,
  createReplyRunner,
  type ReplyRunner,
  runReply,
} from '#features/conversation/index.ts'
import {
  authenticate,
  findCefrLevel,
  getPreferences,
  identityRoutes,
  isUserOfApp,
  learnerLanguagesOf,
  listUserLanguages,
  preferencesRoutes,
} from '#features/identity/index.ts'
import {
  createSensitiveFilter,
  eraseFactsOf,
  type FactRules,
  type FindFactsInput,
  findFacts,
  learnerFactRoutes,
  listKnownFacts,
} from '#features/learner-facts/index.ts'
import {
  createTurnBus,
  createTurnRunner,
  practiceRoutes,
  runTurn,
  type TurnRunner,
} from '#features/practice/index.ts'
import {
  findRecording,
  recordingNotFound,
  recordingRoutes,
  storageKeyOf,
  updateDuration,
  upsertRecording,
} from '#features/recording/index.ts'
import {
  checkBudget,
  costOfTurns,
  createBudgetWatch,
  createLedger,
  type Price,
  usageRoutes,
} from '#features/usage/index.ts'
import { type Audience, createAudience } from '#platform/audience.ts'
import type { Config, TranscriberConfig } from '#platform/config.ts'
import type { Db } from '#platform/db/db.ts'
import type { Database } from '#platform/db/open-database.ts'
import { createLocalFileStore } from '#platform/files/file-store.ts'
import type { Endpoint } from '#platform/http/endpoint.ts'
import type { MountDeps } from '#platform/http/mount.ts'
import { createRateLimit } from '#platform/http/rate-limit.ts'
import { createMetrics, type Metrics } from '#platform/metrics.ts'
import { createLevelRewrite } from './level-rewrite.ts'
import { createRouteFor } from './llm-routes.ts'
import { observeCall, observeCircuit, observeFallback } from './observe-llm.ts'

/** What a test must control, and what must be open before anything can be built. */
export type World = {
  database: Database
  speech: SpeechEngine
  now: () => Date
  log: Logger
  /** Content version of each prompt, by name. */
  promptVersions: ReadonlyMap<string, string>
  feedbackTemplates: readonly FeedbackTemplates[]
  /** What is answered without asking a model. */
  rules: { repairLines: readonly RepairLine[]; safetyRules: readonly SafetyRule[] }
  prices: readonly Price[]
  /** What is never remembered about a learner; without it nothing is. */
  factRules: FactRules | undefined
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
}

/** Turns that wait for a model cost little; the sound itself queues at the speech threads. */
const TURNS_PER_SPEECH_THREAD = 8

/** The composition root. Read top to bottom, it is the map of the service. */
export function wire(
  config: Config,
  { database, speech, now, log, promptVersions, feedbackTemplates, rules, prices, factRules }: World,
): Service {
  const { db } = database
  const metrics = createMetrics()
  const files = createLocalFileStore(config.dataDir)
  const content = createContentReader()
  const variationOf = (versionId: string) => content.variation(db, versionId)
  const report = (error: unknown, turnId: string) => log.error({ err: error, turnId }, 'turn interrupted')

  const ledger = createLedger({ db, now, prices, observe: observeCall(metrics, log) })
  const onReached = createBudgetWatch({
    count: ({ scope, limit }) => metrics.budgetLimitsReached.inc({ scope, limit }),
    warn: (reached) => log.warn(reached, 'a limit of a budget is reached'),
  })
  const mayCall = (caller: { appId: string; userId: string }) => checkBudget({ db, now, onReached }, caller)
  const tellCircuit = observeCircuit(metrics)
  const gatewayDeps = {
    routeFor: createRouteFor(config.llm),
    circuits: createCircuits(undefined, (change) => {
      tellCircuit(change)
      log.warn({ model: change.key, state: change.state }, 'circuit changed')
    }),
    onFallback: observeFallback(metrics),
    onUnable: ({ purpose, target, error }: UnableTarget) =>
      log.error(
        { purpose, model: target.model, reason: error.message },
        'a route names a model that cannot do it',
      ),
    ledger,
    mayCall,
    now,
  }
  const complete = createGateway(gatewayDeps)
  const embed = createEmbed(gatewayDeps)
  const listen = createListen({
    vendor: createVendor(config.transcriber, { ledger, mayCall, now }),
    embedded: createMatchTranscriber(speech),
    report: (error, { turnId }) => log.warn({ err: error, turnId }, 'a transcriber failed'),
  })

  const ask = createAskStructured(complete)
  const renderPrompt = (versionId: string, input: Parameters<typeof content.renderPrompt>[2]) =>
    content.renderPrompt(db, versionId, input)
  const difficultyOf = async (versionId: string) => (await content.situation(db, versionId)).difficulty_level
  const levelDeps = {
    governsLevel: config.practice.governsLevel,
    rewriteForLevel: createLevelRewrite({
      complete,
      renderPrompt,
      promptVersionId: versionOf(promptVersions, 'level-rewrite'),
    }),
  }

  const audience = createAudience(config.streamGraceMs)
  const bus = createTurnBus()
  const turnDeps = {
    ...rules,
    ...levelDeps,
    sessionLimits: config.practice.sessionLimits,
    costOfTurns: (turns: Parameters<typeof costOfTurns>[1]) => costOfTurns(db, turns),
    reportLeak: ({ sessionId, turnId }: { sessionId: string; turnId: string }) =>
      log.warn({ sessionId, turnId }, 'a reply was stopped: it held the mark of its instructions'),
    db,
    bus,
    audience,
    speech,
    feedbackTemplates,
    listen,
    complete,
    ask,
    variationOf,
    difficultyOf,
    renderPrompt,
    withRecording: async <T>(
      key: { userId: string; recordingId: string },
      work: (path: string) => Promise<T>,
    ) => {
      const recording = await findRecording(db, key)
      if (!recording) throw recordingNotFound()
      return files.withPath(recording.storageKey, work)
    },
    learnerLanguagesOf: async (userId: string) =>
      learnerLanguagesOf(await getPreferences(db, userId), await listUserLanguages(db, userId)),
    storeDuration: (duration: Parameters<typeof updateDuration>[1]) => updateDuration(db, duration),
    observeStage: (stage: string, durationMs: number) =>
      metrics.turnStages.observe({ stage }, durationMs / 1000),
    observeEnd: (stage: string, code: string) => metrics.turnsEnded.inc({ stage, code }),
    report,
    now,
  }
  const turns = createTurnRunner({
    db,
    bus,
    run: (turn) => runTurn(turnDeps, turn),
    maxParallel: config.speech.threads * TURNS_PER_SPEECH_THREAD,
    isOnlyProcess: database.engine === 'embedded',
    report,
  })

  const factDeps = factRules && {
    db,
    ask,
    renderPrompt: turnDeps.renderPrompt,
    promptVersionId: versionOf(promptVersions, 'remember-facts'),
    isSensitive: createSensitiveFilter(factRules),
    reportDropped: (dropped: object, messageId: string) =>
      log.debug({ dropped, messageId }, 'facts about a learner were proposed'),
  }
  const replyBus = createReplyBus()
  const conversationDeps = {
    db,
    ...levelDeps,
    safetyRules: rules.safetyRules,
    levelOfLearner: (userId: string) => findCefrLevel(db, userId),
    bus: replyBus,
    audience,
    complete,
    speech,
    listen,
    feedbackTemplates,
    withRecording: turnDeps.withRecording,
    storeDuration: turnDeps.storeDuration,
    learnerLanguagesOf: turnDeps.learnerLanguagesOf,
    mayRemember: async (tx: Db, userId: string) => (await getPreferences(tx, userId)).rememberFacts,
    facts: factDeps && {
      find: (input: FindFactsInput) => findFacts(factDeps, input),
      list: listKnownFacts,
      eraseOf: eraseFactsOf,
    },
    reportNoFacts: (reason: unknown, messageId: string) =>
      log.warn({ err: reason, messageId }, 'a conversation was not looked through for facts'),
    personaOf: (versionId: string) => content.persona(db, versionId),
    renderPrompt: turnDeps.renderPrompt,
    summaryPromptVersionId: versionOf(promptVersions, 'conversation-summary'),
    report: (error: unknown, messageId: string) => log.error({ err: error, messageId }, 'reply interrupted'),
    reportNoSummary: (error: unknown, messageId: string) =>
      log.warn({ err: error, messageId }, 'a conversation was not summed up'),
    reportLeak: ({ conversationId, messageId }: { conversationId: string; messageId: string }) =>
      log.warn({ conversationId, messageId }, 'a reply was stopped: it held the mark of its instructions'),
  }
  const replies = createReplyRunner({
    ...conversationDeps,
    run: (reply) => runReply(conversationDeps, reply),
    isOnlyProcess: database.engine === 'embedded',
  })

  const keepRecording = async (tx: Db, userId: string, file: SpokenFile) => {
    const { path, sha256, byteCount, contentType } = file
    const storageKey = storageKeyOf(userId, sha256)
    await files.keep(storageKey, path)
    return upsertRecording(tx, { recordingId: newId(), userId, sha256, storageKey, contentType, byteCount })
  }

  const endpoints = [
    ...identityRoutes({ db }),
    ...preferencesRoutes({
      db,
      isPersona: async (personaId) => (await findTalkablePersona(db, personaId)) !== undefined,
    }),
    ...learnerFactRoutes({ db }),
    ...contentRoutes({ db }),
    ...assessmentRoutes({ speech, feedbackTemplates }),
    ...practiceRoutes({
      db,
      bus,
      audience,
      now,
      variationOf,
      difficultyOf,
      levelOfLearner: (userId) => findCefrLevel(db, userId),
      findPlayable: (variationId) => findPlayableVariation(db, variationId),
      promptVersionId: versionOf(promptVersions, 'situation-reply'),
      judgePromptVersionId: versionOf(promptVersions, 'turn-judge'),
      turnWaitMs: config.turnWaitMs,
      sniffAudio,
      keepRecording,
      startTurn: turns.start,
    }),
    ...conversationRoutes({
      ...conversationDeps,
      findTalkable: (personaId) => findTalkablePersona(db, personaId),
      promptVersionId: versionOf(promptVersions, 'persona-reply'),
      preferredPersonaOf: async (userId) => (await getPreferences(db, userId)).preferredPersona,
      replyWaitMs: config.turnWaitMs,
      sniffAudio,
      keepRecording,
      canTranscribe: config.transcriber.provider !== 'match',
      startReply: replies.start,
    }),
    ...recordingRoutes({ db, files }),
    ...usageRoutes({ db, now }),
  ]

  return {
    endpoints,
    turns,
    replies,
    metrics,
    embed,
    audience,
    mount: {
      authenticate: (authorization) => authenticate({ db }, authorization),
      mayActFor: ({ appId }, userId) => isUserOfApp(db, { appId, userId }),
      rateLimit: createRateLimit(config.rates),
      uploads: { directory: join(config.dataDir, 'uploads'), limits: config.upload },
    },
  }
}

function createVendor(
  config: TranscriberConfig,
  calls: Pick<CallProviderDeps, 'ledger' | 'mayCall' | 'now'>,
): ListenDeps['vendor'] {
  if (config.provider === 'match') return undefined
  const { apiKey, baseUrl: baseURL, model, format, passes, timeoutMs } = config
  const client = new OpenAI({ apiKey, ...(baseURL ? { baseURL } : {}) })
  const provider = createOpenAiTranscription(client, { model, format })
  return { transcriber: createVendorTranscriber({ ...calls, provider, timeoutMs }), passes }
}

function versionOf(promptVersions: ReadonlyMap<string, string>, name: string): string {
  const version = promptVersions.get(name)
  if (!version) throw new Error(`prompts/${name}.prompt.md is missing from the content`)
  return version
}
