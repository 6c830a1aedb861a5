import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import type { PartnerReply } from './ask-partner.ts'
import type { Feedback } from './feedback.ts'
import type { Judged } from './judge-turn.ts'
import type { Repair } from './repair.ts'
import type { SafetyVerdict } from './safety.ts'
import type {
  MatchedResponse,
  OpenStage,
  Stage,
  Transcript,
  TranscriptWord,
  TurnAssessment,
  TurnKind,
  TurnProblem,
} from './turn.ts'
import type { TurnKey } from './turn-queries.ts'

export type StageResult = {
  matchedResponse?: MatchedResponse | null
  kind?: TurnKind
  repair?: Repair | null
  safety?: SafetyVerdict
  reply?: PartnerReply
  feedback?: Feedback
  judged?: Judged
  problem?: TurnProblem
}

/**
 * Moves a turn on from the stage it was in, if this process still owns it. False: the lease was lost, and whoever
 * has it now does the work, so the caller must store nothing more.
 */
export async function advanceTurn(
  db: Db,
  {
    userId,
    turnId,
    owner,
    from,
    to,
    result,
  }: TurnKey & { owner: string; from: OpenStage; to: Stage; result: StageResult },
): Promise<boolean> {
  const { kind, repair, safety, matchedResponse, reply, feedback, judged, problem } = result
  const isEnd = to === 'completed' || to === 'failed'
  const { numUpdatedRows } = await db
    .updateTable('situation_turns')
    .set({
      stage: to,
      updated_at: sql`now()`,
      ...(isEnd ? { ended_at: sql<Date>`now()`, lease_owner: null, lease_expires_at: null } : {}),
      ...(problem ? { failed_stage: from, problem: JSON.stringify(problem) } : {}),
      ...(kind ? { kind, repair: repair ? JSON.stringify(repair) : null } : {}),
      ...(safety ? { safety: JSON.stringify(safety) } : {}),
      ...(matchedResponse ? { matched_response: JSON.stringify(matchedResponse) } : {}),
      ...(feedback ? { feedback: JSON.stringify(feedback) } : {}),
      ...(judged
        ? {
            judgement: judged.judgement && JSON.stringify(judged.judgement),
            unjudged_reason: judged.unjudgedReason,
          }
        : {}),
      ...(reply ? replyColumns(reply) : {}),
    })
    .where('user_id', '=', userId)
    .where('turn_id', '=', turnId)
    .where('lease_owner', '=', owner)
    .where('stage', '=', from)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const replyColumns = ({ text, provider, model, finish, level }: PartnerReply) => ({
  reply_text: text,
  reply_provider: provider,
  reply_model: model,
  reply_finish: finish,
  reply_level: level && JSON.stringify(level),
})

export async function insertTranscript(
  db: Db,
  { userId, turnId, ...transcript }: TurnKey & Transcript,
): Promise<void> {
  await db
    .insertInto('transcripts')
    .values({
      user_id: userId,
      transcript_id: newId(),
      turn_id: turnId,
      text: transcript.text,
      unmatched_reason: transcript.unmatchedReason,
      words: JSON.stringify(transcript.words),
      confidence: transcript.confidence,
      source: transcript.source,
      transcriber_name: transcript.transcriber.name,
      transcriber_version: transcript.transcriber.version,
      transcriber_model: transcript.transcriber.model,
      language: transcript.language,
      timed_by: transcript.timedBy,
      dropped: JSON.stringify(transcript.dropped),
      faults: JSON.stringify(transcript.faults),
      fallback: transcript.fallback && JSON.stringify(transcript.fallback),
      understood: transcript.understood && JSON.stringify(transcript.understood),
      second_pass_failure: transcript.secondPassFailure,
    })
    .execute()
}

/** Words whose times the aligner found. */
export async function updateTranscriptWords(
  db: Db,
  { userId, turnId, words }: TurnKey & { words: TranscriptWord[] },
): Promise<void> {
  await db
    .updateTable('transcripts')
    .set({ words: JSON.stringify(words), timed_by: 'aligner' })
    .where('user_id', '=', userId)
    .where('turn_id', '=', turnId)
    .execute()
}

export async function insertAssessment(
  db: Db,
  { userId, turnId, detail, unscoredReason, reference }: TurnKey & TurnAssessment,
): Promise<void> {
  await db
    .insertInto('assessments')
    .values({
      user_id: userId,
      assessment_id: newId(),
      turn_id: turnId,
      reference: detail?.reference ?? null,
      accuracy_score: detail?.scores.accuracy ?? null,
      fluency_score: detail?.scores.fluency ?? null,
      prosody_score: detail?.scores.prosody ?? null,
      completeness_score: detail?.scores.completeness ?? null,
      overall_score: detail?.scores.overall ?? null,
      unscored_reason: unscoredReason,
      basis: detail?.basis ?? null,
      scorer_name: detail?.scorer.name ?? null,
      scorer_version: detail?.scorer.version ?? null,
      detail: detail ? JSON.stringify(detail) : null,
      reference_choice: reference && JSON.stringify(reference),
    })
    .execute()
}
