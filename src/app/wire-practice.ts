import { createSlots } from '#engines/speech/slots.ts'
import { sniffAudio } from '#engines/speech/sniff.ts'
import { findPlayableVariation } from '#features/content/index.ts'
import { createTurnBus, createTurnRunner, practiceRoutes, runTurn } from '#features/practice/index.ts'
import { costOfTurns } from '#features/usage/index.ts'
import type { Talk } from './wire-talk.ts'

/** Of turns with sound, which queue at the speech threads; those that only wait for a model cost little. */
const TURNS_PER_SPEECH_THREAD = 8

/** Practice sessions: what runs their turns, and their calls. */
export function wirePractice(talk: Talk) {
  const { config, database, speech, now, log, served, metrics, audience, admission, leaseTimes } = talk
  const { models, calls, level, learner } = talk
  const { variationOf, difficultyOf, renderPrompt, promptVersionOf } = talk.texts
  const { withRecording, storeDuration, keepRecording } = talk.recordings
  const { db } = database
  const { complete, ask, listen } = models
  const report = (error: unknown, turnId: string) => log.error({ err: error, turnId }, 'turn interrupted')
  const bus = createTurnBus()
  const turnDeps = {
    talkRules: served.talkRules,
    ...level,
    sessionLimits: config.practice.sessionLimits,
    costOfTurns: async (turns: Parameters<typeof costOfTurns>[1]) =>
      (await costOfTurns(db, turns)) + models.expected.unsettledOfTurns(turns.turnIds),
    reportLeak: ({ sessionId, turnId }: { sessionId: string; turnId: string }) =>
      log.warn({ sessionId, turnId }, 'a reply was stopped: it was giving its instructions away'),
    db,
    bus,
    audience,
    calls,
    speech,
    feedbackTemplates: served.feedbackTemplates,
    listen,
    complete,
    canaryOf: talk.canaryOf,
    ask,
    variationOf,
    difficultyOf,
    renderPrompt,
    withRecording,
    storeDuration,
    ...learner,
    withSoundSlot: createSlots(config.speech.threads * TURNS_PER_SPEECH_THREAD).run,
    observeStage: (stage: string, durationMs: number) =>
      metrics.turnStages.observe({ stage }, durationMs / 1000),
    observeEnd: (stage: string, code: string) => metrics.turnsEnded.inc({ stage, code }),
    report,
    now,
  }
  const turns = createTurnRunner({
    db,
    bus,
    calls,
    run: (turn, stopping) => runTurn(turnDeps, turn, stopping),
    dismiss: audience.dismiss,
    maxParallel: config.maxReplies,
    times: leaseTimes,
    isOnlyProcess: database.engine === 'embedded',
    report,
  })
  const endpoints = practiceRoutes({
    db,
    bus,
    audience,
    now,
    variationOf,
    difficultyOf,
    levelOfLearner: learner.levelOfLearner,
    findPlayable: (variationId) => findPlayableVariation(db, variationId),
    promptVersionId: promptVersionOf('situation-reply'),
    judgePromptVersionId: promptVersionOf('turn-judge'),
    turnWaitMs: config.turnWaitMs,
    sniffAudio,
    keepRecording,
    calls,
    cancelTurns: turns.cancel,
    eraseRecordings: talk.recordings.eraseRecordings,
    claimant: turns.claimant,
    startTurn: turns.start,
    admission,
    admitSound: () => speech.admit(),
  })
  return { turns, endpoints }
}
