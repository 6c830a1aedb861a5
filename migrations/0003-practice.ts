import { type Kysely, sql } from 'kysely'

const score = (column: string) => sql`${sql.ref(column)} between 0 and 100`

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_situation_sessions')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('session_id', 'uuid', (c) => c.notNull())
    .addColumn('situation_id', 'uuid', (c) => c.notNull().references('situations.situation_id'))
    .addColumn('variation_id', 'uuid', (c) => c.notNull().references('situation_variations.variation_id'))
    .addColumn('situation_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('variation_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('prompt_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('idempotency_key', 'text')
    .addColumn('request_hash', 'text', (c) => c.notNull())
    .addColumn('opener', 'text', (c) => c.notNull())
    .addColumn('session_start_time', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('session_end_time', 'timestamptz')
    .addColumn('total_duration_seconds', 'integer')
    .addColumn('user_responses', 'jsonb', (c) => c.notNull().defaultTo(sql`'[]'`))
    .addColumn('ai_interactions', 'jsonb', (c) => c.notNull().defaultTo(sql`'[]'`))
    .addColumn('overall_score', 'integer')
    .addColumn('pronunciation_score', 'integer')
    .addColumn('fluency_score', 'integer')
    .addColumn('appropriateness_score', 'integer')
    .addColumn('ai_feedback', 'jsonb')
    .addColumn('improvement_suggestions', 'jsonb')
    .addColumn('highlighted_mistakes', 'jsonb')
    .addColumn('user_difficulty_rating', 'integer')
    .addColumn('user_satisfaction_rating', 'integer')
    .addColumn('completion_status', 'text', (c) => c.notNull().defaultTo('in_progress'))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('user_situation_sessions_pkey', ['user_id', 'session_id'])
    .addUniqueConstraint('user_situation_sessions_idempotency_key', ['user_id', 'idempotency_key'])
    .addCheckConstraint('user_situation_sessions_overall_check', score('overall_score'))
    .addCheckConstraint('user_situation_sessions_pronunciation_check', score('pronunciation_score'))
    .addCheckConstraint('user_situation_sessions_fluency_check', score('fluency_score'))
    .addCheckConstraint('user_situation_sessions_appropriateness_check', score('appropriateness_score'))
    .addCheckConstraint(
      'user_situation_sessions_difficulty_rating_check',
      sql`user_difficulty_rating between 1 and 5`,
    )
    .addCheckConstraint(
      'user_situation_sessions_satisfaction_rating_check',
      sql`user_satisfaction_rating between 1 and 5`,
    )
    .addCheckConstraint(
      'user_situation_sessions_status_check',
      sql`completion_status in ('in_progress', 'completed', 'abandoned', 'paused')`,
    )
    .addCheckConstraint(
      'user_situation_sessions_end_check',
      sql`(completion_status = 'completed') <= (session_end_time is not null)`,
    )
    .execute()

  await db.schema
    .createTable('recordings')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('recording_id', 'uuid', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('storage_key', 'text', (c) => c.notNull())
    .addColumn('content_type', 'text', (c) => c.notNull())
    .addColumn('byte_count', 'integer', (c) => c.notNull())
    .addColumn('duration_ms', 'integer')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('recordings_pkey', ['user_id', 'recording_id'])
    .addUniqueConstraint('recordings_sha256_key', ['user_id', 'sha256'])
    .addCheckConstraint('recordings_sha256_check', sql`sha256 ~ '^[0-9a-f]{64}$'`)
    .addCheckConstraint('recordings_byte_count_check', sql`byte_count > 0`)
    .addCheckConstraint('recordings_duration_check', sql`duration_ms >= 0`)
    .execute()

  await db.schema
    .createTable('situation_turns')
    .addColumn('user_id', 'uuid', (c) => c.notNull())
    .addColumn('turn_id', 'uuid', (c) => c.notNull())
    .addColumn('session_id', 'uuid', (c) => c.notNull())
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id'))
    .addColumn('turn_number', 'integer', (c) => c.notNull())
    .addColumn('idempotency_key', 'text')
    .addColumn('request_hash', 'text', (c) => c.notNull())
    .addColumn('input_kind', 'text', (c) => c.notNull())
    .addColumn('input_text', 'text')
    .addColumn('app_transcript', 'text')
    .addColumn('recording_id', 'uuid')
    .addColumn('stage', 'text', (c) => c.notNull().defaultTo('received'))
    .addColumn('failed_stage', 'text')
    .addColumn('problem', 'jsonb')
    .addColumn('matched_response', 'jsonb')
    .addColumn('reply_text', 'text')
    .addColumn('reply_provider', 'text')
    .addColumn('reply_model', 'text')
    .addColumn('reply_finish', 'text')
    .addColumn('feedback', 'jsonb')
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('lease_owner', 'uuid')
    .addColumn('lease_expires_at', 'timestamptz')
    .addColumn('received_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('ended_at', 'timestamptz')
    .addPrimaryKeyConstraint('situation_turns_pkey', ['user_id', 'turn_id'])
    .addForeignKeyConstraint(
      'situation_turns_session_fkey',
      ['user_id', 'session_id'],
      'user_situation_sessions',
      ['user_id', 'session_id'],
      (fk) => fk.onDelete('cascade'),
    )
    .addForeignKeyConstraint('situation_turns_recording_fkey', ['user_id', 'recording_id'], 'recordings', [
      'user_id',
      'recording_id',
    ])
    .addUniqueConstraint('situation_turns_number_key', ['user_id', 'session_id', 'turn_number'])
    .addUniqueConstraint('situation_turns_idempotency_key', ['user_id', 'session_id', 'idempotency_key'])
    .addCheckConstraint('situation_turns_number_check', sql`turn_number > 0`)
    .addCheckConstraint('situation_turns_input_kind_check', sql`input_kind in ('text', 'audio')`)
    .addCheckConstraint(
      'situation_turns_input_check',
      sql`(input_kind = 'text') = (input_text is not null) and (input_kind = 'audio') = (recording_id is not null)`,
    )
    .addCheckConstraint(
      'situation_turns_stage_check',
      sql`stage in ('received', 'decoded', 'transcribed', 'replied', 'assessed', 'completed', 'failed')`,
    )
    .addCheckConstraint(
      'situation_turns_failed_stage_check',
      sql`failed_stage in ('received', 'decoded', 'transcribed', 'replied', 'assessed')`,
    )
    .addCheckConstraint(
      'situation_turns_problem_check',
      sql`(stage = 'failed') = (problem is not null) and (stage = 'failed') = (failed_stage is not null)`,
    )
    .addCheckConstraint(
      'situation_turns_reply_check',
      sql`stage not in ('replied', 'assessed', 'completed') or reply_text is not null`,
    )
    .addCheckConstraint(
      'situation_turns_ended_check',
      sql`(stage in ('completed', 'failed')) = (ended_at is not null)`,
    )
    .execute()

  // One unfinished turn a session: two turns that race cannot both get in, and prompts never interleave.
  await sql`create unique index situation_turns_open_key on situation_turns (user_id, session_id) where ended_at is null`.execute(
    db,
  )
  // What a process looks for when it resumes turns that nobody works on.
  await sql`create index idx_situation_turns_unfinished on situation_turns (lease_expires_at) where ended_at is null`.execute(
    db,
  )

  await db.schema
    .createTable('transcripts')
    .addColumn('user_id', 'uuid', (c) => c.notNull())
    .addColumn('transcript_id', 'uuid', (c) => c.notNull())
    .addColumn('turn_id', 'uuid', (c) => c.notNull())
    .addColumn('text', 'text')
    .addColumn('unmatched_reason', 'text')
    .addColumn('words', 'jsonb', (c) => c.notNull().defaultTo(sql`'[]'`))
    .addColumn('confidence', 'real')
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('transcriber_name', 'text', (c) => c.notNull())
    .addColumn('transcriber_version', 'text', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('transcripts_pkey', ['user_id', 'transcript_id'])
    .addUniqueConstraint('transcripts_turn_key', ['user_id', 'turn_id'])
    .addForeignKeyConstraint(
      'transcripts_turn_fkey',
      ['user_id', 'turn_id'],
      'situation_turns',
      ['user_id', 'turn_id'],
      (fk) => fk.onDelete('cascade'),
    )
    .addCheckConstraint('transcripts_source_check', sql`source in ('typed', 'app', 'matched', 'transcribed')`)
    .addCheckConstraint('transcripts_confidence_check', sql`confidence between 0 and 1`)
    .addCheckConstraint('transcripts_text_check', sql`(text is null) = (unmatched_reason is not null)`)
    .execute()

  await db.schema
    .createTable('assessments')
    .addColumn('user_id', 'uuid', (c) => c.notNull())
    .addColumn('assessment_id', 'uuid', (c) => c.notNull())
    .addColumn('turn_id', 'uuid', (c) => c.notNull())
    .addColumn('reference', 'text')
    .addColumn('accuracy_score', 'integer')
    .addColumn('fluency_score', 'integer')
    .addColumn('prosody_score', 'integer')
    .addColumn('completeness_score', 'integer')
    .addColumn('overall_score', 'integer')
    .addColumn('unscored_reason', 'text')
    .addColumn('basis', 'text')
    .addColumn('scorer_name', 'text')
    .addColumn('scorer_version', 'text')
    .addColumn('detail', 'jsonb')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('assessments_pkey', ['user_id', 'assessment_id'])
    .addUniqueConstraint('assessments_turn_key', ['user_id', 'turn_id'])
    .addForeignKeyConstraint(
      'assessments_turn_fkey',
      ['user_id', 'turn_id'],
      'situation_turns',
      ['user_id', 'turn_id'],
      (fk) => fk.onDelete('cascade'),
    )
    .addCheckConstraint('assessments_accuracy_check', score('accuracy_score'))
    .addCheckConstraint('assessments_fluency_check', score('fluency_score'))
    .addCheckConstraint('assessments_prosody_check', score('prosody_score'))
    .addCheckConstraint('assessments_completeness_check', score('completeness_score'))
    .addCheckConstraint('assessments_overall_check', score('overall_score'))
    .addCheckConstraint('assessments_basis_check', sql`basis in ('measured', 'judged', 'heuristic')`)
    // A score says where it came from, and a missing one says why it is missing.
    .addCheckConstraint(
      'assessments_provenance_check',
      sql`(overall_score is null or (basis is not null and scorer_name is not null and scorer_version is not null))
        and (overall_score is not null or unscored_reason is not null)`,
    )
    .execute()

  await sql`create index idx_sessions_user_time on user_situation_sessions (user_id, session_start_time desc)`.execute(
    db,
  )
  await db.schema
    .createIndex('idx_sessions_situation')
    .on('user_situation_sessions')
    .columns(['situation_id', 'session_start_time'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('assessments').execute()
  await db.schema.dropTable('transcripts').execute()
  await db.schema.dropTable('situation_turns').execute()
  await db.schema.dropTable('recordings').execute()
  await db.schema.dropTable('user_situation_sessions').execute()
}
