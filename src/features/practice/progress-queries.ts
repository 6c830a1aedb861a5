import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import { NO_LEASE } from '#platform/db/lease.ts'
import {
  isOpen,
  type Stage,
  type Transcript,
  type TranscriptWord,
  type TurnAssessment,
  type TurnView,
} from './turn.ts'
import type { TurnKey } from './turn-queries.ts'

/**
 * Makes the row say what `view` says, if this process still owns the turn and its stage is still `from`. False: the lease
 * was lost, and whoever has it now does the work, so the caller must store nothing more.
 */
export async function updateTurn(
  db: Pick<Db, 'updateTable'>,
  { owner, from, view }: { owner: string; from: Stage; view: TurnView },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('situation_turns')
    .set({
      stage: view.stage,
      updated_at: sql`now()`,
      ...(isOpen(view.stage) ? {} : { ended_at: sql<Date>`now()`, ...NO_LEASE }),
      failed_stage: view.failedStage,
      problem: jsonOf(view.problem),
      kind: view.kind,
      repair: jsonOf(view.repair),
      safety: jsonOf(view.safety),
      matched_response: jsonOf(view.matchedResponse),
      feedback: jsonOf(view.feedback),
      judgement: jsonOf(view.judgement),
      unjudged_reason: view.unjudgedReason,
      reply_text: view.replyText,
      reply_provider: view.replyProvider,
      reply_model: view.replyModel,
      reply_finish: view.replyFinish,
      reply_level: jsonOf(view.replyLevel),
    })
    .where('user_id', '=', view.userId)
    .where('turn_id', '=', view.turnId)
    .where('lease_owner', '=', owner)
    .where('stage', '=', from)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const jsonOf = (value: object | null) => value && JSON.stringify(value)

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
