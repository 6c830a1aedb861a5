import type { z } from 'zod'
import { presentAssessment } from '#engines/speech/assessment-wire.ts'
import { toProblem } from '#platform/http/problem.ts'
import { storedFailure } from '#platform/http/stored-failure.ts'
import { metGoalsOf } from './met-goals.ts'
import { hintPenalty } from './score-session.ts'
import { highestHintLevel, hintsGiven, type Session } from './session.ts'
import { fromTurnProblem, type TurnView } from './turn.ts'
import type { Variation } from './variation.ts'
import type { ListedSessionWire, ReplyWire, SessionWire, TurnWire } from './wire.ts'

/** Whose lines somebody wrote beforehand. */
const WITHOUT_MODEL = ['scripted', 'authored']

export function presentTurn(view: TurnView): z.input<typeof TurnWire> {
  const { transcript, assessment, problem, receivedAt, endedAt } = view
  return {
    turnId: view.turnId,
    sessionId: view.sessionId,
    turnNumber: view.turnNumber,
    stage: view.stage,
    kind: view.kind,
    repair: view.repair,
    safety: view.safety,
    input: { kind: view.inputKind, text: view.inputText, recordingId: view.recordingId },
    transcript,
    reply: presentReply(view),
    assessment: assessment?.detail ? presentAssessment(assessment.detail) : null,
    unscoredReason: assessment?.unscoredReason ?? null,
    reference: assessment?.reference ?? null,
    feedback: view.feedback,
    judgement: view.judgement,
    unjudgedReason: view.unjudgedReason,
    problem: problem && toProblem(storedFailure(fromTurnProblem(problem, endedAt ?? receivedAt)), undefined),
    receivedAt: receivedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  }
}

export function presentReply(view: TurnView): z.input<typeof ReplyWire> | null {
  const { replyText, replyProvider, replyModel, replyFinish, replyLevel } = view
  if (replyText === null) return null
  return {
    text: replyText,
    provider: replyProvider ?? 'unknown',
    model: replyModel ?? 'unknown',
    finish: replyFinish ?? 'unknown',
    scripted: WITHOUT_MODEL.includes(replyProvider ?? ''),
    slower: view.repair?.slower ?? false,
    level: replyLevel,
  }
}

export function presentSession(
  session: Session,
  { variation, turns }: { variation: Variation; turns: TurnView[] },
): z.input<typeof SessionWire> {
  const metGoals = metGoalsOf(turns)
  return {
    ...presentOwn(session),
    sessionOver: overOf(session, { variation, turns, metGoals }),
    goals: variation.goals.map(({ id, description }) => ({ id, description, met: metGoals.has(id) })),
    hintsGiven: hintsGiven(session),
    hintPenalty: hintPenalty(highestHintLevel(session)),
    suggestions: session.suggestions,
    mistakes: session.mistakes,
    turns: turns.map(presentTurn),
  }
}

export const presentSessionInList = (
  session: Session & { turnCount: number },
): z.output<typeof ListedSessionWire> => ({ ...presentOwn(session), turnCount: session.turnCount })

/** What is known of a session without its turns. */
const presentOwn = (session: Session) => ({
  sessionId: session.sessionId,
  situationId: session.situationId,
  variationId: session.variationId,
  variationVersionId: session.variationVersionId,
  status: session.status,
  level: session.level,
  opener: session.opener,
  startedAt: session.startedAt.toISOString(),
  endedAt: session.endedAt?.toISOString() ?? null,
  durationSeconds: session.durationSeconds,
  scores: session.scores,
  unscored: reasons(session),
  difficultyRating: session.difficultyRating,
  satisfactionRating: session.satisfactionRating,
})

/** At a limit no further turn is taken; an end in the talk itself is only told. */
function overOf(
  { overReason }: Session,
  { variation, turns, metGoals }: { variation: Variation; turns: TurnView[]; metGoals: ReadonlySet<string> },
): z.input<typeof SessionWire>['sessionOver'] {
  if (overReason) return { reason: overReason, takesTurns: false }
  if (variation.goals.every(({ id }) => metGoals.has(id))) return { reason: 'goals_met', takesTurns: true }
  return turns.at(-1)?.judgement?.isOver ? { reason: 'learner_ended', takesTurns: true } : null
}

function reasons({ status, scores }: Session): Record<string, string> {
  const missing = Object.entries(scores).filter(([, score]) => score === null)
  if (status !== 'completed')
    return Object.fromEntries(missing.map(([name]) => [name, 'session_not_completed']))
  return Object.fromEntries(
    missing.map(([name]) => [name, name === 'appropriateness' ? 'words_not_judged' : 'no_turn_was_scored']),
  )
}
