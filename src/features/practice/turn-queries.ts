import { sql } from 'kysely'
import type { ReplyLevel } from '#engines/language/govern-reply.ts'
import type { Assessment } from '#engines/speech/assessment.ts'
import type { Db } from '#platform/db/db.ts'
import { leasedTo } from '#platform/db/lease.ts'
import type { Feedback } from './feedback.ts'
import type { Judgement } from './judgement.ts'
import type { Repair } from './repair.ts'
import type { SafetyVerdict } from './safety.ts'
import type { SessionKey } from './session-queries.ts'
import type {
  MatchedResponse,
  ReferenceChoice,
  Transcript,
  TranscriptWord,
  TurnAssessment,
  TurnProblem,
  TurnView,
} from './turn.ts'

const TURN_COLUMNS = [
  't.turn_id as turnId',
  't.user_id as userId',
  't.session_id as sessionId',
  't.app_id as appId',
  't.turn_number as turnNumber',
  't.request_hash as requestHash',
  't.input_kind as inputKind',
  't.input_text as inputText',
  't.app_transcript as appTranscript',
  't.recording_id as recordingId',
  't.stage',
  't.failed_stage as failedStage',
  't.problem',
  't.kind',
  't.repair',
  't.safety',
  't.reply_level as replyLevel',
  't.matched_response as matchedResponse',
  't.reply_text as replyText',
  't.reply_provider as replyProvider',
  't.reply_model as replyModel',
  't.reply_finish as replyFinish',
  't.feedback',
  't.judgement',
  't.unjudged_reason as unjudgedReason',
  't.attempts',
  't.received_at as receivedAt',
  't.ended_at as endedAt',
] as const

const selectTurns = (db: Db) =>
  db
    .selectFrom('situation_turns as t')
    .leftJoin('transcripts as s', (join) =>
      join.onRef('s.user_id', '=', 't.user_id').onRef('s.turn_id', '=', 't.turn_id'),
    )
    .leftJoin('assessments as a', (join) =>
      join.onRef('a.user_id', '=', 't.user_id').onRef('a.turn_id', '=', 't.turn_id'),
    )
    .select(TURN_COLUMNS)
    .select([
      's.transcript_id',
      's.text',
      's.unmatched_reason',
      's.words',
      's.confidence',
      's.source',
      's.transcriber_name',
      's.transcriber_version',
      's.transcriber_model',
      's.language',
      's.timed_by',
      's.dropped',
      's.faults',
      's.fallback',
      's.understood',
      's.second_pass_failure',
      'a.assessment_id',
      'a.detail',
      'a.unscored_reason',
      'a.reference_choice',
    ])

type TurnRow = Awaited<ReturnType<ReturnType<typeof selectTurns>['executeTakeFirstOrThrow']>>

function toTurnView(row: TurnRow): TurnView {
  const {
    transcript_id,
    text,
    unmatched_reason,
    words,
    confidence,
    source,
    transcriber_name,
    transcriber_version,
    transcriber_model,
    language,
    timed_by,
    dropped,
    faults,
    fallback,
    understood,
    second_pass_failure,
    assessment_id,
    detail,
    unscored_reason,
    reference_choice,
    ...turn
  } = row
  // The JSON columns are written by this folder alone, in these shapes.
  const transcript: Transcript | null =
    transcript_id && source
      ? {
          text,
          unmatchedReason: unmatched_reason,
          words: words as TranscriptWord[],
          confidence,
          source,
          transcriber: {
            name: transcriber_name ?? '',
            model: transcriber_model,
            version: transcriber_version ?? '',
          },
          language,
          timedBy: timed_by,
          dropped: dropped as Transcript['dropped'],
          faults: faults as string[],
          fallback: fallback as Transcript['fallback'],
          understood: understood as Transcript['understood'],
          secondPassFailure: second_pass_failure,
        }
      : null
  const assessment: TurnAssessment | null = assessment_id
    ? {
        detail: detail as Assessment | null,
        unscoredReason: unscored_reason,
        reference: reference_choice as ReferenceChoice | null,
      }
    : null
  return {
    ...turn,
    problem: turn.problem as TurnProblem | null,
    repair: turn.repair as Repair | null,
    safety: turn.safety as SafetyVerdict | null,
    replyLevel: turn.replyLevel as ReplyLevel | null,
    matchedResponse: turn.matchedResponse as MatchedResponse | null,
    feedback: turn.feedback as Feedback | null,
    judgement: turn.judgement as Judgement | null,
    transcript,
    assessment,
  }
}

export type TurnKey = { userId: string; turnId: string }

export async function findTurn(db: Db, { userId, turnId }: TurnKey): Promise<TurnView | undefined> {
  const row = await selectTurns(db)
    .where('t.user_id', '=', userId)
    .where('t.turn_id', '=', turnId)
    .executeTakeFirst()
  return row && toTurnView(row)
}

export async function findTurnByIdempotencyKey(
  db: Db,
  { userId, sessionId, idempotencyKey }: SessionKey & { idempotencyKey: string },
): Promise<TurnView | undefined> {
  const row = await selectTurns(db)
    .where('t.user_id', '=', userId)
    .where('t.session_id', '=', sessionId)
    .where('t.idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
  return row && toTurnView(row)
}

/** In the order they were said. */
export async function listTurns(db: Db, { userId, sessionId }: SessionKey): Promise<TurnView[]> {
  const rows = await selectTurns(db)
    .where('t.user_id', '=', userId)
    .where('t.session_id', '=', sessionId)
    .orderBy('t.turn_number')
    .execute()
  return rows.map(toTurnView)
}

export async function countTurns(
  db: Db,
  { userId, sessionId }: SessionKey,
): Promise<{ accepted: number; open: number; lastNumber: number }> {
  const { accepted, open, lastNumber } = await db
    .selectFrom('situation_turns')
    .select(({ fn }) => [
      // A turn that failed was not heard: it does not use up the variation's turns.
      fn.countAll<number>().filterWhere('stage', '<>', 'failed').as('accepted'),
      fn.countAll<number>().filterWhere('ended_at', 'is', null).as('open'),
      sql<number>`coalesce(max(turn_number), 0)`.as('lastNumber'),
    ])
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .executeTakeFirstOrThrow()
  return { accepted, open, lastNumber }
}

export type NewTurn = TurnKey & {
  sessionId: string
  appId: string
  turnNumber: number
  idempotencyKey: string | undefined
  requestHash: string
  input:
    | { kind: 'text'; text: string }
    | { kind: 'audio'; recordingId: string; appTranscript: string | undefined }
  /** What has to be heard first is only received; with typed words their transcript is stored. */
  stage: 'received' | 'transcribed'
  /** Who works on it from now on; `undefined`: nobody yet. */
  owner: string | undefined
}

export async function insertTurn(db: Db, turn: NewTurn): Promise<void> {
  const { input } = turn
  await db
    .insertInto('situation_turns')
    .values({
      user_id: turn.userId,
      turn_id: turn.turnId,
      session_id: turn.sessionId,
      app_id: turn.appId,
      turn_number: turn.turnNumber,
      idempotency_key: turn.idempotencyKey ?? null,
      request_hash: turn.requestHash,
      input_kind: input.kind,
      input_text: input.kind === 'text' ? input.text : null,
      recording_id: input.kind === 'audio' ? input.recordingId : null,
      app_transcript: input.kind === 'audio' ? (input.appTranscript ?? null) : null,
      stage: turn.stage,
      ...leasedTo(turn.owner ?? null),
    })
    .execute()
}
