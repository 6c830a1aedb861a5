import { AppError } from '#base/errors.ts'
import { untilAborted } from '#base/until-aborted.ts'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import type { Stopping } from '#platform/lease-runner.ts'
import { assessTurn } from './assess-turn.ts'
import { turnGivenUp } from './errors.ts'
import { composeFeedback } from './feedback.ts'
import { hearTurn } from './hear-turn.ts'
import { judgeTurn } from './judge-turn.ts'
import type { ClaimedTurn } from './lease-queries.ts'
import { replyToTurn } from './reply-to-turn.ts'
import { findSession } from './session-queries.ts'
import type { StepOutcome } from './stage-result.ts'
import { transcribeTurn } from './transcribe-turn.ts'
import { isOpen, type OpenStage, type Stage, type TurnProblem, type TurnView, toTurnProblem } from './turn.ts'
import { createTurnContext, type TurnContext, type TurnContextDeps } from './turn-context.ts'
import { createTurnProgress, type TurnProgress, type TurnProgressDeps } from './turn-progress.ts'
import { findTurn } from './turn-queries.ts'

type Step = { to: Stage; run: (context: TurnContext, view: TurnView) => Promise<StepOutcome> }

/** The one path. Each step begins with what the one before it left and brings its whole outcome, so any can be run again. */
const STEPS: Record<OpenStage, Step> = {
  received: { to: 'decoded', run: hearTurn },
  decoded: { to: 'transcribed', run: transcribeTurn },
  transcribed: { to: 'replied', run: replyToTurn },
  replied: { to: 'assessed', run: assessTurn },
  assessed: { to: 'completed', run: giveFeedback },
}

/** A turn that ends a process this often is set aside: it must not do so for ever. */
const MAX_ATTEMPTS = 5

export type RunTurnDeps = TurnContextDeps &
  TurnProgressDeps & {
    /** Turns with sound are heard and scored so many at a time. */
    withSoundSlot: (work: () => Promise<void>) => Promise<void>
    observeStage: (stage: Stage, durationMs: number) => void
    observeEnd: (stage: Stage, code: string) => void
    report: (error: unknown, turnId: string) => void
  }

/**
 * Takes a claimed turn to its end. What the learner sent being unusable, or the LLM refusing, ends it as `failed`
 * with a problem; trouble of ours is thrown, and the turn stays where it is for another attempt.
 */
export async function runTurn(deps: RunTurnDeps, claim: ClaimedTurn, stopping: Stopping): Promise<void> {
  const { db } = deps
  const found = await findTurn(db, claim)
  const session = found && (await findSession(db, found))
  if (!found || !session) return
  const context = await createTurnContext(deps, { session, attempt: claim.attempts })
  const progress = createTurnProgress(deps, { claim, session, found })
  const work = () => takeSteps(deps, { context, progress, claim, stopping })
  try {
    await (found.recordingId === null ? work() : deps.withSoundSlot(work))
  } catch (error) {
    // What went well is not done again. Where that fails too, the row stays where it was.
    await progress.save().catch((saving: unknown) => {
      if (!isDatabaseUnavailable(saving)) deps.report(saving, claim.turnId)
    })
    throw error
  }
}

async function takeSteps(
  deps: RunTurnDeps,
  {
    context,
    progress,
    claim: { attempts },
    stopping: { leaving, cancelled },
  }: { context: TurnContext; progress: TurnProgress; claim: ClaimedTurn; stopping: Stopping },
): Promise<void> {
  let from = progress.view().stage
  while (isOpen(from)) {
    const startedAt = performance.now()
    const step = runStep(deps, { context, view: progress.view(), from, attempts })
    // Once the process is about to end it waits for no step, whatever that may come to.
    const { to, result } = await untilAborted(step, leaving)
    cancelled.throwIfAborted()
    if (!(await progress.advance(to, result))) return
    deps.observeStage(to, performance.now() - startedAt)
    if (!isOpen(to)) deps.observeEnd(to, result.problem?.code ?? '')
    from = to
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
