import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('conversations')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('id', 'uuid', (c) => c.notNull())
    .addColumn('persona_id', 'varchar(50)', (c) => c.notNull().references('chatbot_personas.id'))
    .addColumn('persona_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('prompt_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('idempotency_key', 'text')
    .addColumn('request_hash', 'text', (c) => c.notNull())
    .addColumn('title', 'varchar(200)')
    .addColumn('message_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('summary', 'text')
    // Messages up to this number are in the summary and are no longer sent to a model.
    .addColumn('summary_through', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('conversations_pkey', ['user_id', 'id'])
    .addUniqueConstraint('conversations_idempotency_key', ['user_id', 'idempotency_key'])
    .addCheckConstraint('conversations_message_count_check', sql`message_count >= 0`)
    .addCheckConstraint('conversations_summary_check', sql`(summary is null) = (summary_through = 0)`)
    .execute()

  await db.schema
    .createTable('messages')
    .addColumn('user_id', 'uuid', (c) => c.notNull())
    .addColumn('id', 'uuid', (c) => c.notNull())
    .addColumn('conversation_id', 'uuid', (c) => c.notNull())
    .addColumn('message_number', 'integer', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('reply_to', 'uuid')
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id'))
    .addColumn('content', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('emotion', 'varchar(20)')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('problem', 'jsonb')
    .addColumn('provider', 'text')
    .addColumn('model', 'text')
    .addColumn('finish', 'text')
    .addColumn('filter_verdict', 'text')
    .addColumn('scripted', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('tokens_used', 'integer')
    .addColumn('idempotency_key', 'text')
    .addColumn('request_hash', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('lease_owner', 'uuid')
    .addColumn('lease_expires_at', 'timestamptz')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('ended_at', 'timestamptz')
    .addPrimaryKeyConstraint('messages_pkey', ['user_id', 'id'])
    .addForeignKeyConstraint(
      'messages_conversation_fkey',
      ['user_id', 'conversation_id'],
      'conversations',
      ['user_id', 'id'],
      (fk) => fk.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'messages_reply_to_fkey',
      ['user_id', 'reply_to'],
      'messages',
      ['user_id', 'id'],
      (fk) => fk.onDelete('cascade'),
    )
    .addUniqueConstraint('messages_number_key', ['user_id', 'conversation_id', 'message_number'])
    .addUniqueConstraint('messages_reply_to_key', ['user_id', 'reply_to'])
    .addUniqueConstraint('messages_idempotency_key', ['user_id', 'conversation_id', 'idempotency_key'])
    .addCheckConstraint('messages_number_check', sql`message_number > 0`)
    .addCheckConstraint('messages_role_check', sql`role in ('user', 'assistant')`)
    .addCheckConstraint(
      'messages_status_check',
      sql`status in ('pending', 'completed', 'interrupted', 'failed')`,
    )
    .addCheckConstraint(
      'messages_user_check',
      sql`role <> 'user' or (status = 'completed' and reply_to is null and request_hash is not null)`,
    )
    .addCheckConstraint(
      'messages_content_check',
      sql`(status in ('completed', 'interrupted')) = (content <> '')`,
    )
    .addCheckConstraint(
      'messages_problem_check',
      sql`(status in ('interrupted', 'failed')) = (problem is not null)`,
    )
    .addCheckConstraint('messages_filter_verdict_check', sql`filter_verdict in ('canary')`)
    .addCheckConstraint('messages_tokens_check', sql`tokens_used >= 0`)
    .addCheckConstraint('messages_ended_check', sql`(status = 'pending') = (ended_at is null)`)
    .execute()

  // One reply under way a conversation: two messages that race cannot both get in, and replies never interleave.
  await sql`create unique index messages_open_key on messages (user_id, conversation_id) where status = 'pending'`.execute(
    db,
  )
  await sql`create index idx_messages_open on messages (created_at) where status = 'pending'`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('messages').execute()
  await db.schema.dropTable('conversations').execute()
}
