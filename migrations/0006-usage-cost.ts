import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('llm_calls')
    // The name that was asked for; `model` becomes what the vendor says it served.
    .addColumn('asked_model', 'text')
    .addColumn('cache_write_tokens', 'integer', (c) => c.check(sql`cache_write_tokens >= 0`))
    .addColumn('reasoning_tokens', 'integer', (c) =>
      c.check(sql`reasoning_tokens between 0 and output_tokens`),
    )
    // Null where the price or the usage is not known: unknown is not free.
    .addColumn('price_id', 'text')
    .addColumn('cost_micro_usd', 'bigint', (c) => c.check(sql`cost_micro_usd >= 0`))
    .execute()
  await sql`update llm_calls set asked_model = model`.execute(db)
  await db.schema
    .alterTable('llm_calls')
    .alterColumn('asked_model', (c) => c.setNotNull())
    .execute()

  await db.schema
    .createTable('usage_daily')
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.user_id').onDelete('cascade'))
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id'))
    .addColumn('used_on', 'date', (c) => c.notNull())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('call_count', 'integer', (c) => c.notNull())
    .addColumn('failed_count', 'integer', (c) => c.notNull())
    .addColumn('unpriced_count', 'integer', (c) => c.notNull())
    .addColumn('input_tokens', 'bigint', (c) => c.notNull())
    .addColumn('cached_input_tokens', 'bigint', (c) => c.notNull())
    .addColumn('output_tokens', 'bigint', (c) => c.notNull())
    .addColumn('audio_ms', 'bigint', (c) => c.notNull())
    .addColumn('cost_micro_usd', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('usage_daily_pkey', [
      'user_id',
      'app_id',
      'used_on',
      'purpose',
      'provider',
      'model',
    ])
    .execute()
  await db.schema
    .createIndex('idx_usage_daily_app_day')
    .on('usage_daily')
    .columns(['app_id', 'used_on'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('usage_daily').execute()
  await db.schema
    .alterTable('llm_calls')
    .dropColumn('cost_micro_usd')
    .dropColumn('price_id')
    .dropColumn('reasoning_tokens')
    .dropColumn('cache_write_tokens')
    .dropColumn('asked_model')
    .execute()
}
