import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import type {
  AiInteraction,
  HighlightedMistake,
  OverReason,
  Session,
  SessionScores,
  Suggestion,
} from './session.ts'

const COLUMNS = [
  'session_id as sessionId',
  'user_id as userId',
  'situation_id as situationId',
  'variation_id as variationId',
  'situation_version_id as situationVersionId',
  'variation_version_id as variationVersionId',
  'prompt_version_id as promptVersionId',
  'judge_prompt_version_id as judgePromptVersionId',
  'request_hash as requestHash',
  'level',
  'over_reason as overReason',
  'opener',
  'session_start_time as startedAt',
  'session_end_time as endedAt',
  'total_duration_seconds as durationSeconds',
  'completion_status as status',
  'ai_interactions',
  'overall_score',
  'pronunciation_score',
  'fluency_score',
  'appropriateness_score',
  'improvement_suggestions',
  'highlighted_mistakes',
  'user_difficulty_rating as difficultyRating',
  'user_satisfaction_rating as satisfactionRating',
] as const

const selectSession = (db: Db) => db.selectFrom('user_situation_sessions').select(COLUMNS)

type SessionRow = Awaited<ReturnType<ReturnType<typeof selectSession>['executeTakeFirstOrThrow']>>

function toSession({
  ai_interactions,
  overall_score,
  pronunciation_score,
  fluency_score,
  appropriateness_score,
  improvement_suggestions,
  highlighted_mistakes,
  ...session
}: SessionRow): Session {
  return {
    ...session,
    // Written by this file alone, in these shapes.
    aiInteractions: ai_interactions as AiInteraction[],
    suggestions: improvement_suggestions as Suggestion[] | null,
    mistakes: highlighted_mistakes as HighlightedMistake[] | null,
    scores: {
      overall: overall_score,
      pronunciation: pronunciation_score,
      fluency: fluency_score,
      appropriateness: appropriateness_score,
    },
  }
}

export type SessionKey = { userId: string; sessionId: string }

export async function findSession(db: Db, { userId, sessionId }: SessionKey): Promise<Session | undefined> {
  const row = await selectSession(db)
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return row && toSession(row)
}

/** Those begun last first: ids grow with time. One row more than `limit` when there is more. */
export async function listSessions(
  db: Db,
  { userId, before, limit }: { userId: string; before: string | undefined; limit: number },
): Promise<(Session & { turnCount: number })[]> {
  const rows = await selectSession(db)
    .select(({ selectFrom }) =>
      selectFrom('situation_turns as t')
        .select(sql<number>`count(*)`.as('count'))
        .whereRef('t.user_id', '=', 'user_situation_sessions.user_id')
        .whereRef('t.session_id', '=', 'user_situation_sessions.session_id')
        .$asScalar()
        .as('turnCount'),
    )
    .where('user_id', '=', userId)
    .$if(before !== undefined, (query) => query.where('session_id', '<', before ?? ''))
    .orderBy('session_id', 'desc')
    .limit(limit + 1)
    .execute()
  return rows.map(({ turnCount, ...row }) => ({ ...toSession(row), turnCount: Number(turnCount) }))
}

/** False where there was none. Its turns go with it. */
export async function deleteSession(db: Db, { userId, sessionId }: SessionKey): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('user_situation_sessions')
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function deleteSessionsOf(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('user_situation_sessions').where('user_id', '=', userId).execute()
}

/** Whoever holds the row decides what happens next in the session; others wait for the end of the transaction. */
export async function lockSession(db: Db, { userId, sessionId }: SessionKey): Promise<Session | undefined> {
  const row = await selectSession(db)
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .forUpdate()
    .executeTakeFirst()
  return row && toSession(row)
}

export async function findSessionByIdempotencyKey(
  db: Db,
  { userId, idempotencyKey }: { userId: string; idempotencyKey: string },
): Promise<Session | undefined> {
  const row = await selectSession(db)
    .where('user_id', '=', userId)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
  return row && toSession(row)
}

export type NewSession = Pick<
  Session,
  | 'sessionId'
  | 'userId'
  | 'situationId'
  | 'variationId'
  | 'situationVersionId'
  | 'variationVersionId'
  | 'promptVersionId'
  | 'judgePromptVersionId'
  | 'requestHash'
  | 'level'
  | 'opener'
  | 'startedAt'
> & { idempotencyKey: string | undefined }

export async function insertSession(db: Db, session: NewSession): Promise<void> {
  const opener: AiInteraction = { kind: 'opener', text: session.opener, at: session.startedAt.toISOString() }
  await db
    .insertInto('user_situation_sessions')
    .values({
      user_id: session.userId,
      session_id: session.sessionId,
      situation_id: session.situationId,
      variation_id: session.variationId,
      situation_version_id: session.situationVersionId,
      variation_version_id: session.variationVersionId,
      prompt_version_id: session.promptVersionId,
      judge_prompt_version_id: session.judgePromptVersionId,
      idempotency_key: session.idempotencyKey ?? null,
      request_hash: session.requestHash,
      level: session.level,
      opener: session.opener,
      session_start_time: session.startedAt,
      ai_interactions: JSON.stringify([opener]),
    })
    .execute()
}

export async function appendAiInteraction(
  db: Db,
  { userId, sessionId, interaction }: SessionKey & { interaction: AiInteraction },
): Promise<void> {
  await db
    .updateTable('user_situation_sessions')
    .set({
      ai_interactions: sql`ai_interactions || ${JSON.stringify([interaction])}::jsonb`,
      updated_at: sql`now()`,
    })
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .execute()
}

/** The first reason stays: a turn that is tried again says the same or comes too late. */
export async function endTalk(
  db: Db,
  { userId, sessionId, overReason }: SessionKey & { overReason: OverReason },
): Promise<void> {
  await db
    .updateTable('user_situation_sessions')
    .set({ over_reason: sql`coalesce(over_reason, ${overReason})`, updated_at: sql`now()` })
    .where('user_id', '=', userId)
    .where('session_id', '=', sessionId)
    .execute()
}

export type Completion = SessionKey & {
  endedAt: Date
  scores: SessionScores
  userResponses: unknown[]
  feedback: unknown
  suggestions: Suggestion[]
  mistakes: HighlightedMistake[]
  difficultyRating: number | undefined
  satisfactionRating: number | undefined
}

export async function completeSessionRow(db: Db, completion: Completion): Promise<void> {
  await db
    .updateTable('user_situation_sessions')
    .set({
      completion_status: 'completed',
      session_end_time: completion.endedAt,
      total_duration_seconds: sql`greatest(0, extract(epoch from ${completion.endedAt}::timestamptz - session_start_time)::int)`,
      user_responses: JSON.stringify(completion.userResponses),
      overall_score: completion.scores.overall,
      pronunciation_score: completion.scores.pronunciation,
      fluency_score: completion.scores.fluency,
      appropriateness_score: completion.scores.appropriateness,
      ai_feedback: JSON.stringify(completion.feedback),
      improvement_suggestions: JSON.stringify(completion.suggestions),
      highlighted_mistakes: JSON.stringify(completion.mistakes),
      user_difficulty_rating: completion.difficultyRating ?? null,
      user_satisfaction_rating: completion.satisfactionRating ?? null,
      updated_at: sql`now()`,
    })
    .where('user_id', '=', completion.userId)
    .where('session_id', '=', completion.sessionId)
    .execute()
}
