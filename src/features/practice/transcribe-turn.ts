import { insertTranscript } from './progress-queries.ts'
import type { StepOutcome } from './run-turn.ts'
import type { Transcript, TurnView } from './turn.ts'
import type { TurnContext } from './turn-context.ts'
import { rankResponses } from './variation.ts'

const TYPED = { name: 'typed', version: '1' }
const APP = { name: 'app', version: '1' }
const MATCHER = { name: 'expected-response-match', version: '1' }

/** decoded → transcribed: what was typed, what the app heard, or which expected response the sound is. */
export async function transcribeTurn(context: TurnContext, view: TurnView): Promise<StepOutcome> {
  const transcript = await toTranscript(context, view)
  const { userId, turnId } = view
  return { result: {}, store: (tx) => insertTranscript(tx, { userId, turnId, ...transcript }) }
}

async function toTranscript(context: TurnContext, view: TurnView): Promise<Transcript> {
  if (view.inputText !== null) return given(view.inputText, 'typed')
  if (view.appTranscript !== null) return given(view.appTranscript, 'app')
  const audio = await context.audioOf(view)
  if (!audio) throw new Error(`Turn ${view.turnId} has neither text nor sound`)
  const result = await context.speech.match({
    samples: audio.samples,
    candidates: rankResponses(context.variation, new Set()).map(({ text }) => text),
    pronunciations: context.variation.pronunciations,
  })
  const isMatch = result.status === 'matched'
  return {
    text: isMatch ? result.text : null,
    unmatchedReason: isMatch ? null : 'no_expected_response_matched',
    words: isMatch ? result.words : [],
    confidence: result.confidence,
    source: 'matched',
    transcriber: MATCHER,
  }
}

const given = (text: string, source: 'typed' | 'app'): Transcript => ({
  text,
  unmatchedReason: null,
  words: [],
  confidence: null,
  source,
  transcriber: source === 'typed' ? TYPED : APP,
})
