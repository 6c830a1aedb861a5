import { noSpeech } from './errors.ts'
import type { StepOutcome } from './run-turn.ts'
import type { TurnView } from './turn.ts'
import type { TurnContext } from './turn-context.ts'

/** received → decoded: the recording becomes samples with speech in them, or the turn fails saying why not. */
export async function hearTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const audio = await context.audioOf(view)
  if (!audio || view.recordingId === null) return { result: {} }
  const { userId, recordingId } = view
  // Known before it is judged: a recording that is refused has a length, too.
  await context.storeDuration({ userId, recordingId, durationMs: audio.durationMs })
  const quality = context.speech.quality(audio.samples)
  if (quality.reason === 'no_speech') throw noSpeech()
  return { result: {} }
}
