import { scoreUtterance } from '#engines/speech/score-utterance.ts'
import { findTimes } from '#engines/speech/transcribe/utterance-transcript.ts'
import { chooseReference } from './choose-reference.ts'
import { metGoalsOf } from './met-goals.ts'
import type { StepOutcome } from './stage-result.ts'
import type { ReferenceChoice, TurnAssessment, TurnView } from './turn.ts'
import type { TurnContext } from './turn-context.ts'
import { rankResponses } from './variation.ts'

/** replied → assessed: the sound is scored against what was to be said, or a reason is stored instead. */
export async function assessTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const assessment = await assess(context, view)
  return { result: { assessment, timedWords: findTimes(view.transcript, assessment.detail) } }
}

async function assess(context: TurnContext, view: TurnView): Promise<TurnAssessment> {
  if (view.kind !== 'talk') return unscored(view.kind, null)
  const audio = await context.audioOf(view)
  if (!audio) return unscored('no_audio', null)
  const said = view.transcript?.text ?? null
  if (said === null) return unscored(view.transcript?.unmatchedReason ?? 'no_transcript', null)
  const metGoals = metGoalsOf(await context.turnsBefore(view))
  const reference = chooseReference(said, rankResponses(context.variation, metGoals))
  const scored = await scoreUtterance(context.speech, {
    samples: audio.samples,
    text: reference.text,
    transcript: said,
    pronunciations: context.variation.pronunciations,
  })
  return { ...scored, reference }
}

const unscored = (reason: string, reference: ReferenceChoice | null): TurnAssessment => ({
  detail: null,
  unscoredReason: reason,
  reference,
})
