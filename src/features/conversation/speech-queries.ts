import { sql } from 'kysely'
import type { Assessment } from '#engines/speech/assessment.ts'
import type { UtteranceTranscript } from '#engines/speech/transcribe/utterance-transcript.ts'
import type { Db } from '#platform/db/db.ts'
import type { MessageKey } from './message-queries.ts'
import type { Speech, SpeechFeedback } from './speech.ts'

const selectSpeech = (db: Db) =>
  db
    .selectFrom('spoken_messages')
    .select([
      'message_id as messageId',
      'recording_id as recordingId',
      'app_transcript as appTranscript',
      'transcript',
      'detail',
      'unscored_reason as unscoredReason',
      'feedback',
      'assessed_at as assessedAt',
    ])

type SpeechRow = Awaited<ReturnType<ReturnType<typeof selectSpeech>['executeTakeFirstOrThrow']>>

// The JSON columns are written by this file alone, in these shapes.
const toSpeech = ({ messageId: _, detail, ...row }: SpeechRow): Speech => ({
  ...row,
  transcript: row.transcript as UtteranceTranscript | null,
  assessment: detail as Assessment | null,
  feedback: row.feedback as SpeechFeedback | null,
})

export async function findSpeech(db: Db, { userId, messageId }: MessageKey): Promise<Speech | null> {
  const row = await selectSpeech(db)
    .where('user_id', '=', userId)
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  return row ? toSpeech(row) : null
}

/** By the id of the message. */
export async function listSpeech(
  db: Db,
  { userId, messageIds }: { userId: string; messageIds: string[] },
): Promise<Map<string, Speech>> {
  if (messageIds.length === 0) return new Map()
  const rows = await selectSpeech(db)
    .where('user_id', '=', userId)
    .where('message_id', 'in', messageIds)
    .orderBy('message_id')
    .execute()
  return new Map(rows.map((row) => [row.messageId, toSpeech(row)]))
}

export async function insertSpeech(
  db: Db,
  {
    userId,
    messageId,
    recordingId,
    appTranscript,
  }: MessageKey & { recordingId: string; appTranscript: string | undefined },
): Promise<void> {
  await db
    .insertInto('spoken_messages')
    .values({
      user_id: userId,
      message_id: messageId,
      recording_id: recordingId,
      app_transcript: appTranscript ?? null,
    })
    .execute()
}

export async function updateTranscript(
  db: Db,
  { userId, messageId, transcript }: MessageKey & { transcript: UtteranceTranscript },
): Promise<void> {
  await db
    .updateTable('spoken_messages')
    .set({ transcript: JSON.stringify(transcript) })
    .where('user_id', '=', userId)
    .where('message_id', '=', messageId)
    .execute()
}

export type ScoredSpeech = Pick<Speech, 'transcript' | 'assessment' | 'unscoredReason' | 'feedback'>

export async function updateAssessment(
  db: Db,
  { userId, messageId, scored }: MessageKey & { scored: ScoredSpeech },
): Promise<void> {
  const { transcript, assessment, unscoredReason, feedback } = scored
  await db
    .updateTable('spoken_messages')
    .set({
      transcript: transcript && JSON.stringify(transcript),
      reference: assessment?.reference ?? null,
      accuracy_score: assessment?.scores.accuracy ?? null,
      fluency_score: assessment?.scores.fluency ?? null,
      prosody_score: assessment?.scores.prosody ?? null,
      completeness_score: assessment?.scores.completeness ?? null,
      overall_score: assessment?.scores.overall ?? null,
      unscored_reason: unscoredReason,
      basis: assessment?.basis ?? null,
      scorer_name: assessment?.scorer.name ?? null,
      scorer_version: assessment?.scorer.version ?? null,
      detail: assessment && JSON.stringify(assessment),
      feedback: feedback && JSON.stringify(feedback),
      assessed_at: sql<Date>`now()`,
    })
    .where('user_id', '=', userId)
    .where('message_id', '=', messageId)
    .execute()
}
