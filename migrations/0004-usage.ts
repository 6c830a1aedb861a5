import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('llm_calls')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('llm_call_id', 'uuid', (c) => c.notNull())
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id'))
    .addColumn('turn_id', 'uuid')
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('prompt_version_id', 'uuid', (c) => c.references('content_versions.content_version_id'))
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull().defaultTo('started'))
    .addColumn('error_code', 'text')
    .addColumn('input_tokens', 'integer')
    .addColumn('cached_input_tokens', 'integer')
    .addColumn('output_tokens', 'integer')
    .addColumn('tokens_used', 'integer', (c) =>
      c.generatedAlwaysAs(sql`input_tokens + output_tokens`).stored(),
    )
    .addColumn('usage_basis', 'text', (c) => c.notNull().defaultTo('unknown'))
    .addColumn('first_token_ms', 'integer')
    .addColumn('duration_ms', 'integer')
    .addColumn('provider_request_id', 'text')
    .addColumn('started_at', 'timestamptz', (c) => c.notNull())
    .addColumn('finished_at', 'timestamptz')
    .addPrimaryKeyConstraint('llm_calls_pkey', ['user_id', 'llm_call_id'])
    // `started` with no end: the process died mid-call, and what the vendor billed is unknown.
    .addCheckConstraint(
      'llm_calls_outcome_check',
      sql`outcome in ('started', 'completed', 'partial', 'failed', 'timed_out', 'aborted')`,
    )
    .addCheckConstraint('llm_calls_finished_check', sql`(outcome = 'started') = (finished_at is null)`)
    .addCheckConstraint('llm_calls_attempt_check', sql`attempt > 0`)
    .addCheckConstraint(
      'llm_calls_usage_basis_check',
      sql`usage_basis in ('reported', 'estimated', 'unknown', 'none')`,
    )
    .addCheckConstraint(
      'llm_calls_tokens_check',
      sql`input_tokens >= 0 and output_tokens >= 0 and cached_input_tokens between 0 and input_tokens`,
    )
    .execute()

  await db.schema.createIndex('idx_llm_calls_turn').on('llm_calls').columns(['user_id', 'turn_id']).execute()
  await db.schema
    .createIndex('idx_llm_calls_app_time')
    .on('llm_calls')
    .columns(['app_id', 'started_at'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('llm_calls').execute()
}
