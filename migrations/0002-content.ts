import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Immutable: a session reads the very text it began with, whatever was published since.
  await db.schema
    .createTable('content_versions')
    .addColumn('content_version_id', 'uuid', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('content_key', 'text', (c) => c.notNull())
    .addColumn('content_hash', 'text', (c) => c.notNull())
    .addColumn('content', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('content_versions_content_key', ['kind', 'content_key', 'content_hash'])
    .addCheckConstraint(
      'content_versions_kind_check',
      sql`kind in ('situation', 'variation', 'persona', 'prompt')`,
    )
    .addCheckConstraint('content_versions_hash_check', sql`content_hash ~ '^[0-9a-f]{64}$'`)
    .execute()

  await db.schema
    .createTable('chatbot_personas')
    .addColumn('id', 'varchar(50)', (c) => c.primaryKey())
    .addColumn('content_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('name', 'varchar(100)', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('system_prompt', 'text', (c) => c.notNull())
    .addColumn('avatar_model', 'varchar(100)')
    .addColumn('is_active', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute()

  await db.schema
    .createTable('situations')
    .addColumn('situation_id', 'uuid', (c) => c.primaryKey())
    .addColumn('content_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('situation_name', 'varchar(100)', (c) => c.notNull().unique())
    .addColumn('category', 'varchar(50)', (c) => c.notNull())
    .addColumn('difficulty_level', 'text', (c) => c.notNull())
    .addColumn('estimated_duration_seconds', 'integer', (c) => c.notNull().defaultTo(60))
    .addColumn('description', 'text')
    .addColumn('learning_objectives', sql`text[]`, (c) => c.notNull().defaultTo(sql`'{}'`))
    .addColumn('location_specific', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('target_location', 'varchar(100)')
    .addColumn('initial_prompt', 'text', (c) => c.notNull())
    .addColumn('context_description', 'text')
    .addColumn('expected_response_patterns', 'jsonb')
    .addColumn('is_active', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addCheckConstraint(
      'situations_difficulty_level_check',
      sql`difficulty_level in ('beginner', 'intermediate', 'advanced')`,
    )
    .addCheckConstraint('situations_duration_check', sql`estimated_duration_seconds > 0`)
    .execute()

  await db.schema
    .createTable('situation_variations')
    .addColumn('variation_id', 'uuid', (c) => c.primaryKey())
    .addColumn('situation_id', 'uuid', (c) =>
      c.notNull().references('situations.situation_id').onDelete('cascade'),
    )
    .addColumn('content_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('variation_name', 'varchar(100)', (c) => c.notNull())
    .addColumn('specific_context', 'text', (c) => c.notNull())
    .addColumn('ai_character_role', 'text')
    .addColumn('local_context', 'jsonb')
    .addColumn('cultural_notes', 'jsonb')
    .addColumn('ideal_responses', 'jsonb')
    .addColumn('acceptable_responses', 'jsonb')
    .addColumn('common_mistakes', 'jsonb')
    .addColumn('hint_levels', 'jsonb')
    .addColumn('vocabulary_support', 'jsonb')
    .addColumn('is_active', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('situation_variations_name_key', ['situation_id', 'variation_name'])
    .execute()

  await db.schema
    .createIndex('idx_situations_category_level')
    .on('situations')
    .columns(['category', 'difficulty_level'])
    .execute()
  await db.schema
    .createIndex('idx_situations_location')
    .on('situations')
    .columns(['target_location', 'is_active'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('situation_variations').execute()
  await db.schema.dropTable('situations').execute()
  await db.schema.dropTable('chatbot_personas').execute()
  await db.schema.dropTable('content_versions').execute()
}
