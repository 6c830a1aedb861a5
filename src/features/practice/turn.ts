import type { ErrorKind } from '#base/errors.ts'
import { AppError } from '#base/errors.ts'
import type { ReplyLevel } from '#engines/language/govern-reply.ts'
import type { Assessment } from '#engines/speech/assessment.ts'
import type { TranscribedWord } from '#engines/speech/transcribe/transcriber.ts'
import type { UtteranceTranscript } from '#engines/speech/transcribe/utterance-transcript.ts'
import type { Feedback } from './feedback.ts'
import type { Judgement } from './judgement.ts'
import type { Repair } from './repair.ts'
import type { SafetyVerdict } from './safety.ts'

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

/** Why a turn failed, as stored. `retryAt`: when another turn may succeed, where that is known. */
export type TurnProblem = { kind: ErrorKind; code: string; detail: string; retryAt?: string }

export function toTurnProblem({ kind, code, message, retryAfterS }: AppError, at: Date): TurnProblem {
  const problem = { kind, code, detail: message }
  if (retryAfterS === undefined) return problem
  return { ...problem, retryAt: new Date(at.getTime() + retryAfterS * 1_000).toISOString() }
}

/** The wait is told as it is now, which may be long after the turn failed. */
export function fromTurnProblem({ kind, code, detail, retryAt }: TurnProblem, at: Date): AppError {
  if (retryAt === undefined) return new AppError(kind, code, detail)
  const retryAfterS = Math.max(0, Math.ceil((Date.parse(retryAt) - at.getTime()) / 1_000))
  return new AppError(kind, code, detail, { retryAfterS })
}

/** The authored response that what was said comes nearest to. */
export type MatchedResponse = { goal: string; kind: 'ideal' | 'acceptable'; text: string; similarity: number }

/** `repair`: asked for help instead of answering. `refusal`: said what is not talked about. Neither is judged. */
export type TurnKind = 'talk' | 'repair' | 'refusal'

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
  kind: TurnKind
  repair: Repair | null
  safety: SafetyVerdict | null
  /** How hard the reply is; null in turns of earlier versions. */
  replyLevel: ReplyLevel | null
  matchedResponse: MatchedResponse | null
  replyText: string | null
  replyProvider: string | null
  replyModel: string | null
  replyFinish: string | null
  feedback: Feedback | null
  /** What a model made of the words; `unjudgedReason` says why it made nothing of them. */
  judgement: Judgement | null
  unjudgedReason: string | null
  attempts: number
  receivedAt: Date
  endedAt: Date | null
}

/** Times are `null` where nobody measured them, confidence where the transcriber says nothing about the word. */
export type TranscriptWord = TranscribedWord

export type Transcript = UtteranceTranscript

/** The words that the partner answers and goals are reached by. */
export const understoodText = (transcript: Transcript | null): string | null =>
  transcript?.understood?.text ?? transcript?.text ?? null

/** What the sound is scored against, and the expected response that comes nearest to what was said. */
export type ReferenceChoice = {
  basis: 'expected_response' | 'transcript'
  text: string
  /** By words, from 0 to 1; `null` when no expected response has a word in common with it. */
  nearest: MatchedResponse | null
}

/** `detail` is null when nothing was scored, and `unscoredReason` says why. */
export type TurnAssessment = {
  detail: Assessment | null
  unscoredReason: string | null
  reference: ReferenceChoice | null
}

/** A turn with everything that came of it so far. */
export type TurnView = Turn & { transcript: Transcript | null; assessment: TurnAssessment | null }
