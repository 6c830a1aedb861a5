import { noSpeech } from './errors.ts'
import type { StepOutcome } from './stage-result.ts'
import { type TurnView, toTurnProblem } from './turn.ts'
import type { TurnContext } from './turn-context.ts'

/** received → decoded: the recording becomes samples with speech in them, or the turn fails saying why not. */
export async function hearTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const audio = await context.audioOf(view)
  if (!audio) return { result: {} }
  const { durationMs, samples } = audio
  if (context.speech.quality(samples).reason !== 'no_speech') return { result: { durationMs } }
  // A recording that is refused has a length, too.
  return { to: 'failed', result: { durationMs, problem: toTurnProblem(noSpeech(), context.now()) } }
}
