import type { ErrorKind } from '#base/errors.ts'
import { AppError } from '#base/errors.ts'
import type { Assessment } from '#engines/speech/assessment.ts'
import type { Feedback } from './feedback.ts'

export type Stage = 'received' | 'decoded' | 'transcribed' | 'replied' | 'assessed' | 'completed' | 'failed'
/** A stage that has a step after it. */
export type OpenStage = Exclude<Stage, 'completed' | 'failed'>

const REACHED: Record<Stage, number> = {
  received: 0,
  decoded: 1,
  transcribed: 2,
  replied: 3,
  assessed: 4,
  completed: 5,
  failed: -1,
}

export const hasReached = (stage: Stage, wanted: OpenStage) => REACHED[stage] >= REACHED[wanted]

export const isOpen = (stage: Stage): stage is OpenStage => stage !== 'completed' && stage !== 'failed'

/** Why a turn failed, as stored. */
export type TurnProblem = { kind: ErrorKind; code: string; detail: string }

export const toTurnProblem = ({ kind, code, message }: AppError): TurnProblem => ({
  kind,
  code,
  detail: message,
})

export const fromTurnProblem = ({ kind, code, detail }: TurnProblem) => new AppError(kind, code, detail)

/** The authored response that what was said comes nearest to. */
export type MatchedResponse = { goal: string; kind: 'ideal' | 'acceptable'; text: string; similarity: number }

export type Turn = {
  turnId: string
  userId: string
  sessionId: string
  appId: string
  turnNumber: number
  requestHash: string
  inputKind: 'text' | 'audio'
  inputText: string | null
  /** What the app says was said; trusted as words, never as a score. */
  appTranscript: string | null
  recordingId: string | null
  stage: Stage
  failedStage: OpenStage | null
  problem: TurnProblem | null
  matchedResponse: MatchedResponse | null
  replyText: string | null
  replyProvider: string | null
  replyModel: string | null
  replyFinish: string | null
  feedback: Feedback | null
  attempts: number
  receivedAt: Date
  endedAt: Date | null
}

export type TranscriptWord = { text: string; startMs: number; endMs: number; confidence: number }

export type Transcript = {
  /** `null` when the sound matched nothing that was expected; `unmatchedReason` says so. */
  text: string | null
  unmatchedReason: string | null
  words: TranscriptWord[]
  confidence: number | null
  source: 'typed' | 'app' | 'matched' | 'transcribed'
  transcriber: { name: string; version: string }
}

/** `detail` is null when nothing was scored, and `unscoredReason` says why. */
export type TurnAssessment = { detail: Assessment | null; unscoredReason: string | null }

/** A turn with everything that came of it so far. */
export type TurnView = Turn & { transcript: Transcript | null; assessment: TurnAssessment | null }
