import { sniffAudio } from '#engines/speech/sniff.ts'
import { findTalkablePersona } from '#features/content/index.ts'
import {
  conversationRoutes,
  createGather,
  createKeptVersions,
  createMessageAcceptance,
  createReplyBus,
  createReplyRunner,
  runReply,
} from '#features/conversation/index.ts'
import { getPreferences, mayAct, talkSettings } from '#features/identity/index.ts'
import {
  eraseFactsOf,
  type FindFactsInput,
  findFacts,
  followRules,
  usedFactTexts,
} from '#features/learner-facts/index.ts'
import { spentBudgets } from '#features/usage/index.ts'
import type { Db } from '#platform/db/db.ts'
import type { Talk } from './wire-talk.ts'

/** What is asked along with each message. */
const learnerQueries = { mayAct, talkSettings, factTexts: usedFactTexts, budgets: spentBudgets }

/** Conversations with personas: what runs their replies, and their calls. */
export function wireConversation(talk: Talk) {
  const {
    config,
    database,
    speech,
    log,
    served,
    audience,
    admission,
    models,
    calls,
    level,
    learner,
    leaseTimes,
  } = talk
  const { personaOf, renderPrompt, promptVersionOf } = talk.texts
  const { withRecording, storeDuration, keepRecording } = talk.recordings
  const { db } = database
  const { complete, ask, listen } = models
  const factDeps = {
    db,
    ask,
    renderPrompt,
    promptVersionId: promptVersionOf('remember-facts'),
    isSensitive: followRules(served.factRules),
    reportDropped: (dropped: object, messageId: string) =>
      log.debug({ dropped, messageId }, 'facts about a learner were proposed'),
  }
  const replyBus = createReplyBus()
  const conversationDeps = {
    db,
    ...level,
    ...learner,
    safetyRules: () => served.talkRules().safetyRules,
    bus: replyBus,
    audience,
    calls,
    versions: createKeptVersions(db),
    complete,
    canaryOf: talk.canaryOf,
    speech,
    listen,
    feedbackTemplates: served.feedbackTemplates,
    withRecording,
    storeDuration,
    gather: createGather(learnerQueries),
    mayRemember: async (tx: Db, userId: string) => (await getPreferences(tx, userId)).rememberFacts,
    facts: {
      hasRules: () => served.factRules() !== undefined,
      find: (input: FindFactsInput) => findFacts(factDeps, input),
      eraseOf: eraseFactsOf,
    },
    reportNoFacts: (reason: unknown, messageId: string) =>
      log.warn({ err: reason, messageId }, 'a conversation was not looked through for facts'),
    personaOf,
    renderPrompt,
    summaryPromptVersionId: promptVersionOf('conversation-summary'),
    report: (error: unknown, messageId: string) => log.error({ err: error, messageId }, 'reply interrupted'),
    reportNoSummary: (error: unknown, messageId: string) =>
      log.warn({ err: error, messageId }, 'a conversation was not summed up'),
    reportLeak: ({ conversationId, messageId }: { conversationId: string; messageId: string }) =>
      log.warn({ conversationId, messageId }, 'a reply was stopped: it was giving its instructions away'),
  }
  const replies = createReplyRunner({
    ...conversationDeps,
    run: (reply, stopping) => runReply(conversationDeps, reply, stopping),
    dismiss: audience.dismiss,
    times: leaseTimes,
    isOnlyProcess: database.engine === 'embedded',
    maxParallel: config.maxReplies,
  })
  const endpoints = conversationRoutes({
    ...conversationDeps,
    findTalkable: (personaId) => findTalkablePersona(db, personaId),
    promptVersionId: promptVersionOf('persona-reply'),
    preferredPersonaOf: async (userId) => (await getPreferences(db, userId)).preferredPersona,
    replyWaitMs: config.turnWaitMs,
    sniffAudio,
    messages: createMessageAcceptance(database, learnerQueries),
    keepRecording,
    canTranscribe: config.transcriber.provider !== 'match',
    cancelReplies: replies.cancel,
    eraseRecordings: talk.recordings.eraseRecordings,
    claimant: replies.claimant,
    startReply: replies.start,
    admission,
    admitSound: () => speech.admit(),
  })
  return { replies, endpoints }
}
