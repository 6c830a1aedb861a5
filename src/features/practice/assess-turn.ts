import { AppError } from '#base/errors.ts'
import { insertAssessment } from './progress-queries.ts'
import type { StepOutcome } from './run-turn.ts'
import type { TurnAssessment, TurnView } from './turn.ts'
import type { TurnContext } from './turn-context.ts'

/** replied → assessed: the sound is scored against the words that were said, or a reason is stored instead. */
export async function assessTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const assessment = await assess(context, view)
  const { userId, turnId } = view
  return { result: {}, store: (tx) => insertAssessment(tx, { userId, turnId, ...assessment }) }
}

async function assess(context: TurnContext, view: TurnView): Promise<TurnAssessment> {
  const audio = await context.audioOf(view)
  if (!audio) return unscored('no_audio')
  const text = view.transcript?.text ?? null
  if (text === null) return unscored(view.transcript?.unmatchedReason ?? 'no_transcript')
  try {
    const detail = await context.speech.assess({
      samples: audio.samples,
      text,
      transcript: text,
      pronunciations: context.variation.pronunciations,
    })
    return { detail, unscoredReason: detail.unscored.overall ?? null }
  } catch (error) {
    // The words cannot be scored; the turn was still said, understood and answered.
    if (error instanceof AppError && error.kind === 'unprocessable') return unscored(error.code)
    throw error
  }
}

const unscored = (reason: string): TurnAssessment => ({ detail: null, unscoredReason: reason })
