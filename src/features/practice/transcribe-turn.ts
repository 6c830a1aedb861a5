import {
  transcriptOfApp,
  transcriptOfListening,
  transcriptOfTyping,
} from '#engines/speech/transcribe/utterance-transcript.ts'
import { metGoalsOf } from './met-goals.ts'
import type { StepOutcome } from './stage-result.ts'
import type { Transcript, TurnView } from './turn.ts'
import type { TurnContext } from './turn-context.ts'
import { rankResponses, vocabularyOf } from './variation.ts'

/** What is practised. */
const LANGUAGE = 'en'

/** decoded → transcribed: what was typed, what the app heard, or what a transcriber hears in the sound. */
export async function transcribeTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  return { result: { transcript: await toTranscript(context, view) } }
}

async function toTranscript(context: TurnContext, view: TurnView): Promise<Transcript> {
  const { inputText, appTranscript, appId, userId, turnId } = view
  if (inputText !== null) return transcriptOfTyping(inputText)
  if (appTranscript !== null) return transcriptOfApp(appTranscript)
  const audio = await context.audioOf(view)
  if (!audio) throw new Error(`Turn ${turnId} has neither text nor sound`)
  const { variation } = context
  const metGoals = metGoalsOf(await context.turnsBefore(view))
  return transcriptOfListening(
    await context.listen({
      samples: audio.samples,
      language: LANGUAGE,
      vocabulary: vocabularyOf(variation),
      expected: rankResponses(variation, metGoals).map(({ text }) => text),
      pronunciations: variation.pronunciations,
      attribution: { appId, userId, turnId },
    }),
  )
}
