import { join } from 'node:path'
import OpenAI from 'openai'
import type { Logger } from 'pino'
import { newId } from '#base/ids.ts'
import type { RepairLine } from '#engines/language/repair-line.ts'
import type { SafetyRule } from '#engines/language/safety-rule.ts'
import { createCircuits } from '#engines/llm/circuits.ts'
import { createGateway } from '#engines/llm/gateway.ts'
import { createAskStructured } from '#engines/llm/structured.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import { sniffAudio } from '#engines/speech/sniff.ts'
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
  makeReply,
  type ReplyRunner,
} from '#features/conversation/index.ts'
import { authenticate, findCefrLevel, identityRoutes, isUserOfApp } from '#features/identity/index.ts'
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
  type ObserveCall,
  type Price,
  usageRoutes,
} from '#features/usage/index.ts'
import type { Config, TranscriberConfig } from '#platform/config.ts'
import type { Database } from '#platform/db/open-database.ts'
import { createLocalFileStore } from '#platform/files/file-store.ts'
import type { Endpoint } from '#platform/http/endpoint.ts'
import type { MountDeps } from '#platform/http/mount.ts'
import { createMetrics, type Metrics } from '#platform/metrics.ts'
import { createLevelRewrite } from './level-rewrite.ts'
import { createRouteFor } from './llm-routes.ts'

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
}

export type Service = {
  endpoints: Endpoint[]
  mount: MountDeps
  turns: TurnRunner
  replies: ReplyRunner
  metrics: Metrics
}

const MICRO = 1_000_000
/** Turns that wait for a model cost little; the sound itself queues at the speech threads. */
const TURNS_PER_SPEECH_THREAD = 8

/** The composition root. Read top to bottom, it is the map of the service. */
export function wire(
  config: Config,
  { database, speech, now, log, promptVersions, feedbackTemplates, rules, prices }: World,
): Service {
  const { db } = database
  const metrics = createMetrics()
  const files = createLocalFileStore(config.dataDir)
  const content = createContentReader()
  const variationOf = (versionId: string) => content.variation(db, versionId)
  const report = (error: unknown, turnId: string) => log.error({ err: error, turnId }, 'turn interrupted')

  const ledger = createLedger({ db, now, prices, observe: observeCall(metrics) })
  const onReached = createBudgetWatch({
    count: ({ scope, limit }) => metrics.budgetLimitsReached.inc({ scope, limit }),
    warn: (reached) => log.warn(reached, 'a limit of a budget is reached'),
  })
  const mayCall = (caller: { appId: string; userId: string }) => checkBudget({ db, now, onReached }, caller)
  const complete = createGateway({
    routeFor: createRouteFor(config.llm),
    circuits: createCircuits(undefined, ({ key, state }) =>
      log.warn({ model: key, state }, 'circuit changed'),
    ),
    ledger,
    mayCall,
    now,
  })
  const listen = createListen({
    vendor: createVendor(config.transcriber, { ledger, mayCall, now }),
    embedded: createMatchTranscriber(speech),
    report: (error, { turnId }) => log.warn({ err: error, turnId }, 'a transcriber failed'),
  })

  const renderPrompt = (versionId: string, variables: Record<string, string>) =>
    content.renderPrompt(db, versionId, variables)
  const difficultyOf = async (versionId: string) => (await content.situation(db, versionId)).difficulty_level
  const levelDeps = {
    governsLevel: config.practice.governsLevel,
    rewriteForLevel: createLevelRewrite({
      complete,
      renderPrompt,
      promptVersionId: versionOf(promptVersions, 'level-rewrite'),
    }),
  }

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
    speech,
    feedbackTemplates,
    listen,
    complete,
    ask: createAskStructured(complete),
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

  const replyBus = createReplyBus()
  const conversationDeps = {
    db,
    ...levelDeps,
    safetyRules: rules.safetyRules,
    levelOfLearner: (userId: string) => findCefrLevel(db, userId),
    bus: replyBus,
    complete,
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
    run: (reply) => makeReply(conversationDeps, reply),
    isOnlyProcess: database.engine === 'embedded',
  })

  const endpoints = [
    ...identityRoutes({ db }),
    ...contentRoutes({ db }),
    ...assessmentRoutes({ speech, feedbackTemplates }),
    ...practiceRoutes({
      db,
      bus,
      now,
      variationOf,
      difficultyOf,
      levelOfLearner: (userId) => findCefrLevel(db, userId),
      findPlayable: (variationId) => findPlayableVariation(db, variationId),
      promptVersionId: versionOf(promptVersions, 'situation-reply'),
      judgePromptVersionId: versionOf(promptVersions, 'turn-judge'),
      turnWaitMs: config.turnWaitMs,
      sniffAudio,
      keepRecording: async (tx, userId, { path, sha256, byteCount, contentType }) => {
        const storageKey = storageKeyOf(userId, sha256)
        await files.keep(storageKey, path)
        return upsertRecording(tx, {
          recordingId: newId(),
          userId,
          sha256,
          storageKey,
          contentType,
          byteCount,
        })
      },
      startTurn: turns.start,
    }),
    ...conversationRoutes({
      ...conversationDeps,
      findTalkable: (personaId) => findTalkablePersona(db, personaId),
      promptVersionId: versionOf(promptVersions, 'persona-reply'),
      replyWaitMs: config.turnWaitMs,
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
    mount: {
      authenticate: (authorization) => authenticate({ db }, authorization),
      mayActFor: ({ appId }, userId) => isUserOfApp(db, { appId, userId }),
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

function observeCall(metrics: Metrics): ObserveCall {
  return ({ provider, model, purpose, outcome, durationMs, usage, costMicroUsd }) => {
    metrics.llmCalls.observe({ provider, model, purpose, outcome }, durationMs / 1000)
    metrics.llmTokens.inc({ provider, model, kind: 'input' }, usage.inputTokens ?? 0)
    metrics.llmTokens.inc({ provider, model, kind: 'output' }, usage.outputTokens ?? 0)
    if (costMicroUsd === null) metrics.llmUnpricedCalls.inc({ provider, model })
    else metrics.llmCost.inc({ provider, model, purpose }, costMicroUsd / MICRO)
  }
}

function versionOf(promptVersions: ReadonlyMap<string, string>, name: string): string {
  const version = promptVersions.get(name)
  if (!version) throw new Error(`prompts/${name}.prompt.md is missing from the content`)
  return version
}
