import { join } from 'node:path'
import OpenAI from 'openai'
import type { Logger } from 'pino'
import { newId } from '#base/ids.ts'
import { createCircuits } from '#engines/llm/circuits.ts'
import { createEmbed } from '#engines/llm/embed.ts'
import { createGateway, type Embed, type UnableTarget } from '#engines/llm/gateway.ts'
import { createAskStructured } from '#engines/llm/structured.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
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
  findPromptVersion,
  findTalkablePersona,
  type ServedContent,
} from '#features/content/index.ts'
import {
  conversationRoutes,
  createReplyBus,
  createReplyRunner,
  type FirstCall,
  type ReplyRunner,
  runReply,
} from '#features/conversation/index.ts'
import {
  authenticate,
  getPreferences,
  identityRoutes,
  isUserOfApp,
  learnerLanguagesOf,
  listUserLanguages,
  preferencesRoutes,
} from '#features/identity/index.ts'
import {
  eraseFactsOf,
  type FindFactsInput,
  findFacts,
  followRules,
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
  createBudgetWatch,
  createExpectedCalls,
  createLedger,
  type Price,
  usageRoutes,
} from '#features/usage/index.ts'
import { type Audience, createAudience } from '#platform/audience.ts'
import type { Config, TranscriberConfig } from '#platform/config.ts'
import type { Db } from '#platform/db/db.ts'
import type { Database } from '#platform/db/open-database.ts'
import { createLocalFileStore } from '#platform/files/file-store.ts'
import { createAdmission } from '#platform/http/admission.ts'
import type { Endpoint } from '#platform/http/endpoint.ts'
import type { MountDeps } from '#platform/http/mount.ts'
import { createRateLimit } from '#platform/http/rate-limit.ts'
import { createMetrics, type Metrics } from '#platform/metrics.ts'
import { createRouteFor } from './llm-routes.ts'
import { observeCall, observeCircuit, observeFallback } from './observe-llm.ts'
import type { NeededPrompt } from './prompt-contracts.ts'

/** What a test must control, and what must be open before anything can be built. */
export type World = {
  database: Database
  speech: SpeechEngine
  now: () => Date
  log: Logger
  served: ServedContent
  prices: readonly Price[]
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
export function wire(config: Config, { database, speech, now, log, served, prices }: World): Service {
  const { db } = database
  const { feedbackTemplates, factRules } = served
  const metrics = createMetrics()
  const files = createLocalFileStore(config.dataDir)
  const content = createContentReader()
  const promptVersionOf = (name: NeededPrompt) => async () => {
    const versionId = await findPromptVersion(db, name)
    if (!versionId) throw new Error(`No prompt ${name} is served`)
    return versionId
  }
  const variationOf = (versionId: string) => content.variation(db, versionId)
  const report = (error: unknown, turnId: string) => log.error({ err: error, turnId }, 'turn interrupted')

  const expected = createExpectedCalls()
  const ledger = createLedger({ db, now, prices, observe: observeCall(metrics, log), expected })
  const onReached = createBudgetWatch({
    count: ({ scope, limit }) => metrics.budgetLimitsReached.inc({ scope, limit }),
    warn: (reached) => log.warn(reached, 'a limit of a budget is reached'),
  })
  const mayCall = (caller: { appId: string; userId: string }) => checkBudget({ db, now, onReached }, caller)
  const routeFor = createRouteFor(config.llm)
  const tellCircuit = observeCircuit(metrics)
  const gatewayDeps = {
    routeFor,
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
  /** What a call for this purpose will be recorded as when all goes well. */
  const firstModel = (purpose: string) => {
    const [target] = routeFor(purpose)
    const { provider, model } = target ?? { provider: { name: 'none' }, model: 'none' }
    return { purpose, provider: provider.name, model, startedAt: now() }
  }
  const listen = createListen({
    vendor: createVendor(config.transcriber, { ledger, mayCall, now }),
    embedded: createMatchTranscriber(speech),
    report: (error, { turnId }) => log.warn({ err: error, turnId }, 'a transcriber failed'),
  })

  const ask = createAskStructured(complete)

  const audience = createAudience(config.streamGraceMs)
  const bus = createTurnBus()
  const turnDeps = {
    db,
    bus,
    audience,
    speech,
    feedbackTemplates,
    listen,
    complete,
    ask,
    variationOf,
    difficultyOf: async (versionId: string) => (await content.situation(db, versionId)).difficulty_level,
    renderPrompt: (versionId: string, input: Parameters<typeof content.renderPrompt>[2]) =>
      content.renderPrompt(db, versionId, input),
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

  const admission = createAdmission(config.maxReplies)
  const firstCall: FirstCall = {
    place: async (tx, call) => {
      const placed = await expected.place(tx, { ...call, ...firstModel('conversation.reply') })
      return () => expected.expect(placed)
    },
    settle: expected.settle,
    close: (messageId: string) => expected.close(db, messageId),
  }
  const factDeps = {
    db,
    ask,
    renderPrompt: turnDeps.renderPrompt,
    promptVersionId: promptVersionOf('remember-facts'),
    isSensitive: followRules(factRules),
    reportDropped: (dropped: object, messageId: string) =>
      log.debug({ dropped, messageId }, 'facts about a learner were proposed'),
  }
  const replyBus = createReplyBus()
  const conversationDeps = {
    db,
    bus: replyBus,
    audience,
    firstCall,
    complete,
    speech,
    listen,
    feedbackTemplates,
    withRecording: turnDeps.withRecording,
    storeDuration: turnDeps.storeDuration,
    learnerLanguagesOf: turnDeps.learnerLanguagesOf,
    mayRemember: async (tx: Db, userId: string) => (await getPreferences(tx, userId)).rememberFacts,
    facts: {
      hasRules: () => factRules() !== undefined,
      find: (input: FindFactsInput) => findFacts(factDeps, input),
      list: listKnownFacts,
      eraseOf: eraseFactsOf,
    },
    reportNoFacts: (reason: unknown, messageId: string) =>
      log.warn({ err: reason, messageId }, 'a conversation was not looked through for facts'),
    personaOf: (versionId: string) => content.persona(db, versionId),
    renderPrompt: turnDeps.renderPrompt,
    summaryPromptVersionId: promptVersionOf('conversation-summary'),
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
    maxParallel: config.maxReplies,
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
      findPlayable: (variationId) => findPlayableVariation(db, variationId),
      promptVersionId: promptVersionOf('situation-reply'),
      judgePromptVersionId: promptVersionOf('turn-judge'),
      turnWaitMs: config.turnWaitMs,
      sniffAudio,
      keepRecording,
      startTurn: turns.start,
      admission,
    }),
    ...conversationRoutes({
      ...conversationDeps,
      findTalkable: (personaId) => findTalkablePersona(db, personaId),
      promptVersionId: promptVersionOf('persona-reply'),
      preferredPersonaOf: async (userId) => (await getPreferences(db, userId)).preferredPersona,
      replyWaitMs: config.turnWaitMs,
      sniffAudio,
      keepRecording,
      canTranscribe: config.transcriber.provider !== 'match',
      claimant: replies.claimant,
      startReply: replies.start,
      admission,
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
