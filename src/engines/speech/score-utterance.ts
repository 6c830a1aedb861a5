import { AppError } from '#base/errors.ts'
import type { Assessment } from './assessment.ts'
import type { AssessInput, SpeechEngine } from './speech-engine.ts'

/** `detail` is null when nothing was scored, and `unscoredReason` says why. */
export type UtteranceScore = { detail: Assessment | null; unscoredReason: string | null }

/** Scores an utterance of a talk. That its words cannot be scored is an answer; trouble of ours is thrown. */
export async function scoreUtterance(
  speech: Pick<SpeechEngine, 'assess'>,
  input: AssessInput,
): Promise<UtteranceScore> {
  try {
    const detail = await speech.assess(input)
    return { detail, unscoredReason: detail.unscored.overall ?? null }
  } catch (error) {
    // It was still said, understood and answered.
    if (error instanceof AppError && error.kind === 'unprocessable') {
      return { detail: null, unscoredReason: error.code }
    }
    throw error
  }
}
