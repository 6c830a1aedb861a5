import { type Kysely, sql } from 'kysely'

const score = (column: string) => sql`${sql.ref(column)} between 0 and 100`

export async function up(db: Kysely<unknown>): Promise<void> {
  await createPreferences(db)
  await createFacts(db)
  await createSpokenMessages(db)
}

async function createPreferences(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_preferences')
    .addColumn('user_id', 'uuid', (c) => c.primaryKey().references('users.user_id').onDelete('cascade'))
    .addColumn('preferred_persona', 'varchar(50)')
    .addColumn('avatar_customization', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'`))
    .addColumn('voice_enabled', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('preferred_voice', 'varchar(100)')
    .addColumn('theme', 'varchar(20)', (c) => c.notNull().defaultTo('light'))
    .addColumn('language', 'varchar(35)', (c) => c.notNull().defaultTo('en'))
    .addColumn('explanation_language', 'varchar(35)')
    .addColumn('remember_facts', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute()

  await db.schema
    .createTable('user_languages')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('language_code', 'varchar(35)', (c) => c.notNull())
    .addColumn('language_type', 'text', (c) => c.notNull())
    .addColumn('proficiency_level', 'text')
    .addColumn('is_primary', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('user_languages_pkey', ['user_id', 'language_code', 'language_type'])
    .addCheckConstraint('user_languages_type_check', sql`language_type in ('native', 'teaching', 'learning')`)
    .addCheckConstraint(
      'user_languages_level_check',
      sql`proficiency_level in ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')`,
    )
    .execute()
  await sql`create unique index user_languages_primary_key on user_languages (user_id, language_type) where is_primary`.execute(
    db,
  )
}

async function createFacts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_facts')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('id', 'uuid', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('text_hash', 'text', (c) => c.notNull())
    // Where the learner said it, no copy of the words: they go with the conversation, the fact may outlive it.
    .addColumn('conversation_id', 'uuid', (c) => c.notNull())
    .addColumn('message_id', 'uuid', (c) => c.notNull())
    .addColumn('span_start', 'integer', (c) => c.notNull())
    .addColumn('span_end', 'integer', (c) => c.notNull())
    .addColumn('prompt_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('user_facts_pkey', ['user_id', 'id'])
    .addUniqueConstraint('user_facts_text_key', ['user_id', 'text_hash'])
    .addCheckConstraint('user_facts_text_check', sql`length(text) between 1 and 200`)
    .addCheckConstraint('user_facts_span_check', sql`span_start >= 0 and span_end > span_start`)
    .execute()

  // What was erased, without its text, so that the same words are not learnt from again.
  await db.schema
    .createTable('user_fact_erasures')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('id', 'uuid', (c) => c.notNull())
    // All null: everything that was said before.
    .addColumn('text_hash', 'text')
    .addColumn('message_id', 'uuid')
    .addColumn('span_start', 'integer')
    .addColumn('span_end', 'integer')
    .addColumn('erased_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('user_fact_erasures_pkey', ['user_id', 'id'])
    .addCheckConstraint(
      'user_fact_erasures_check',
      sql`num_nulls(text_hash, message_id, span_start, span_end) in (0, 4)`,
    )
    .execute()

  // Messages up to this number have been looked through for facts.
  await db.schema
    .alterTable('conversations')
    .addColumn('facts_through', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
}

async function createSpokenMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('messages')
    .addColumn('input_kind', 'text', (c) => c.notNull().defaultTo('text'))
    .execute()
  await sql`alter table messages add constraint messages_input_kind_check
    check (input_kind in ('text', 'audio'))`.execute(db)
  await sql`alter table messages drop constraint messages_content_check`.execute(db)
  // What was spoken has no words until somebody has heard them.
  await sql`alter table messages add constraint messages_content_check
    check ((status in ('completed', 'interrupted')) = (content <> '') or (role = 'user' and input_kind = 'audio'))`.execute(
    db,
  )

  await db.schema
    .createTable('spoken_messages')
    .addColumn('user_id', 'uuid', (c) => c.notNull())
    .addColumn('message_id', 'uuid', (c) => c.notNull())
    .addColumn('recording_id', 'uuid', (c) => c.notNull())
    .addColumn('app_transcript', 'text')
    .addColumn('transcript', 'jsonb')
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
    .addColumn('feedback', 'jsonb')
    .addColumn('assessed_at', 'timestamptz')
    .addPrimaryKeyConstraint('spoken_messages_pkey', ['user_id', 'message_id'])
    .addForeignKeyConstraint(
      'spoken_messages_message_fkey',
      ['user_id', 'message_id'],
      'messages',
      ['user_id', 'id'],
      (fk) => fk.onDelete('cascade'),
    )
    .addForeignKeyConstraint('spoken_messages_recording_fkey', ['user_id', 'recording_id'], 'recordings', [
      'user_id',
      'recording_id',
    ])
    .addCheckConstraint('spoken_messages_accuracy_check', score('accuracy_score'))
    .addCheckConstraint('spoken_messages_fluency_check', score('fluency_score'))
    .addCheckConstraint('spoken_messages_prosody_check', score('prosody_score'))
    .addCheckConstraint('spoken_messages_completeness_check', score('completeness_score'))
    .addCheckConstraint('spoken_messages_overall_check', score('overall_score'))
    .addCheckConstraint('spoken_messages_basis_check', sql`basis in ('measured', 'judged', 'heuristic')`)
    // A score says where it came from, and a missing one says why it is missing.
    .addCheckConstraint(
      'spoken_messages_provenance_check',
      sql`(overall_score is null or (basis is not null and scorer_name is not null and scorer_version is not null))
        and (assessed_at is null or overall_score is not null or unscored_reason is not null)`,
    )
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('spoken_messages').execute()
  // What was never understood cannot be kept by the rule of before.
  await sql`update messages set content = '…' where role = 'user' and content = ''`.execute(db)
  await sql`alter table messages drop constraint messages_content_check`.execute(db)
  await sql`alter table messages add constraint messages_content_check
    check ((status in ('completed', 'interrupted')) = (content <> ''))`.execute(db)
  await sql`alter table messages drop constraint messages_input_kind_check`.execute(db)
  await db.schema.alterTable('messages').dropColumn('input_kind').execute()
  await db.schema.alterTable('conversations').dropColumn('facts_through').execute()
  await db.schema.dropTable('user_fact_erasures').execute()
  await db.schema.dropTable('user_facts').execute()
  await db.schema.dropTable('user_languages').execute()
  await db.schema.dropTable('user_preferences').execute()
}
