import { AppError } from '#base/errors.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { assessTurn } from './assess-turn.ts'
import { turnGivenUp } from './errors.ts'
import { composeFeedback } from './feedback.ts'
import { hearTurn } from './hear-turn.ts'
import { judgeTurn } from './judge-turn.ts'
import type { ClaimedTurn } from './lease-queries.ts'
import { advanceTurn, type StageResult } from './progress-queries.ts'
import { replyToTurn } from './reply-to-turn.ts'
import { findSession } from './session-queries.ts'
import { transcribeTurn } from './transcribe-turn.ts'
import { isOpen, type OpenStage, type Stage, type TurnProblem, type TurnView, toTurnProblem } from './turn.ts'
import type { TurnBus } from './turn-bus.ts'
import { createTurnContext, type TurnContext, type TurnContextDeps } from './turn-context.ts'
import { findTurn } from './turn-queries.ts'

/** What a step brings: how the row changes, and what else is stored with it in the same transaction. */
export type StepOutcome = {
  result: StageResult
  store?: (tx: Db) => Promise<void>
  /** The turn ends here, with the problem in `result`. */
  to?: 'failed'
}

type Step = { to: Stage; run: (context: TurnContext, view: TurnView) => Promise<StepOutcome> }

/** The one path. Each step reads what is stored and its outcome is stored whole, so any of them can be run again. */
const STEPS: Record<OpenStage, Step> = {
  received: { to: 'decoded', run: hearTurn },
  decoded: { to: 'transcribed', run: transcribeTurn },
  transcribed: { to: 'replied', run: replyToTurn },
  replied: { to: 'assessed', run: assessTurn },
  assessed: { to: 'completed', run: giveFeedback },
}

/** A turn that ends a process this often is set aside: it must not do so for ever. */
const MAX_ATTEMPTS = 5

export type RunTurnDeps = TurnContextDeps & {
  db: RootDb
  bus: TurnBus
  observeStage: (stage: Stage, durationMs: number) => void
  observeEnd: (stage: Stage, code: string) => void
  report: (error: unknown, turnId: string) => void
}

/**
 * Takes a claimed turn to its end. What the learner sent being unusable, or the LLM refusing, ends it as `failed`
 * with a problem; trouble of ours is thrown, and the turn stays where it is for another attempt.
 */
export async function runTurn(deps: RunTurnDeps, claim: ClaimedTurn & { owner: string }): Promise<void> {
  const { db } = deps
  let view = await findTurn(db, claim)
  const session = view && (await findSession(db, view))
  if (!view || !session) return
  const context = await createTurnContext(deps, { session, attempt: claim.attempts })
  while (view && isOpen(view.stage)) {
    const from: OpenStage = view.stage
    const startedAt = performance.now()
    const outcome = await runStep(deps, { context, view, from, attempts: claim.attempts })
    const isMine = await storeStep(deps, { claim, from, outcome })
    if (!isMine) return
    deps.observeStage(outcome.to, performance.now() - startedAt)
    if (!isOpen(outcome.to)) deps.observeEnd(outcome.to, outcome.result.problem?.code ?? '')
    deps.bus.publish(view.turnId, { type: 'stage' })
    view = await findTurn(db, claim)
  }
}

type Ended = Omit<StepOutcome, 'to'> & { to: Stage }

async function runStep(
  { now, report }: RunTurnDeps,
  {
    context,
    view,
    from,
    attempts,
  }: { context: TurnContext; view: TurnView; from: OpenStage; attempts: number },
): Promise<Ended> {
  if (attempts > MAX_ATTEMPTS) return failed(toTurnProblem(turnGivenUp(), now()))
  try {
    return { to: STEPS[from].to, ...(await STEPS[from].run(context, view)) }
  } catch (error) {
    if (isFinal(error)) return failed(toTurnProblem(error, now()))
    // An absent database is no fault of the turn, however often it was tried.
    if (attempts < MAX_ATTEMPTS || isDatabaseUnavailable(error)) throw error
    report(error, view.turnId)
    return failed(toTurnProblem(turnGivenUp(), now()))
  }
}

const failed = (problem: TurnProblem): Ended => ({ to: 'failed', result: { problem } })

/** Trying again would end the same way, or (the LLM) was tried enough by its gateway. */
function isFinal(error: unknown): error is AppError {
  if (!(error instanceof AppError) || isDatabaseUnavailable(error)) return false
  return (
    error.code.startsWith('llm.') ||
    (error.kind !== 'unavailable' && error.kind !== 'internal' && error.kind !== 'timed_out')
  )
}

function storeStep(
  { db }: RunTurnDeps,
  { claim, from, outcome }: { claim: ClaimedTurn & { owner: string }; from: OpenStage; outcome: Ended },
): Promise<boolean> {
  return withTransaction(db, async (tx) => {
    const isMine = await advanceTurn(tx, { ...claim, from, to: outcome.to, result: outcome.result })
    if (isMine) await outcome.store?.(tx)
    return isMine
  })
}

async function giveFeedback(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const { variation, feedbackTemplates, learnerLanguagesOf } = context
  const { safety, ...judged } = await judgeTurn(context, view)
  const feedback = composeFeedback({
    // Who asks for help instead of answering made no mistake in it.
    said: view.kind === 'talk' ? (view.transcript?.text ?? null) : null,
    variation,
    matched: view.matchedResponse,
    assessment: view.assessment?.detail ?? null,
    templates: feedbackTemplates(),
    languages: await learnerLanguagesOf(view.userId),
  })
  return { result: { feedback, judged, ...(safety ? { safety } : {}) } }
}
