import type { PartnerReply } from './ask-partner.ts'
import type { Feedback } from './feedback.ts'
import type { Judged } from './judge-turn.ts'
import type { Repair } from './repair.ts'
import type { SafetyVerdict } from './safety.ts'
import type { OverReason } from './session.ts'
import {
  isOpen,
  type MatchedResponse,
  type Stage,
  type Transcript,
  type TranscriptWord,
  type TurnAssessment,
  type TurnKind,
  type TurnProblem,
  type TurnView,
} from './turn.ts'

/** What a step found out; what it does not name stays as it was. */
export type StageResult = {
  /** Of the recording. */
  durationMs?: number
  transcript?: Transcript
  matchedResponse?: MatchedResponse | null
  kind?: TurnKind
  repair?: Repair | null
  safety?: SafetyVerdict
  reply?: PartnerReply
  /** The limit of the session that was reached. */
  overReason?: OverReason | null
  assessment?: TurnAssessment
  /** Of the transcript, where the aligner found their times. */
  timedWords?: TranscriptWord[] | undefined
  feedback?: Feedback
  judged?: Judged
  problem?: TurnProblem
}

/** What a step brings. */
export type StepOutcome = {
  result: StageResult
  /** The turn ends here, with the problem in `result`. */
  to?: 'failed'
}

/** The turn as the step leaves it. */
export function withResult(view: TurnView, to: Stage, result: StageResult): TurnView {
  const { kind, repair = null, reply, judged, problem, timedWords } = result
  const transcript = result.transcript ?? view.transcript
  return {
    ...view,
    stage: to,
    ...(kind ? { kind, repair } : {}),
    safety: result.safety ?? view.safety,
    matchedResponse: result.matchedResponse ?? view.matchedResponse,
    transcript: transcript && timedWords ? timed(transcript, timedWords) : transcript,
    assessment: result.assessment ?? view.assessment,
    feedback: result.feedback ?? view.feedback,
    ...(reply ? fieldsOf(reply) : {}),
    ...judged,
    ...(problem && isOpen(view.stage) ? { problem, failedStage: view.stage } : {}),
  }
}

const timed = (transcript: Transcript, words: TranscriptWord[]): Transcript => ({
  ...transcript,
  words,
  timedBy: 'aligner',
})

const fieldsOf = ({ text, provider, model, finish, level }: PartnerReply) => ({
  replyText: text,
  replyProvider: provider,
  replyModel: model,
  replyFinish: finish,
  replyLevel: level,
})
