import { type Kysely, sql } from 'kysely'

/** What is needed to erase a learner, or one recording, while everything else goes on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // What erased learners used, without the learners: what an app has spent stays spent.
  await db.schema
    .createTable('app_usage_daily')
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
    .addPrimaryKeyConstraint('app_usage_daily_pkey', ['app_id', 'used_on', 'purpose', 'provider', 'model'])
    .execute()

  // A turn refers to its recording for ever; of an erased one only this row is left.
  await db.schema.alterTable('recordings').addColumn('erased_at', 'timestamptz').execute()

  await db.schema.createIndex('idx_users_app').on('users').columns(['app_id', 'user_id']).execute()
  // Learners whose erasure has begun and not ended.
  await sql`create index idx_users_deleted on users (user_id) where account_status = 'deleted'`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index idx_users_deleted`.execute(db)
  await db.schema.dropIndex('idx_users_app').execute()
  await db.schema.alterTable('recordings').dropColumn('erased_at').execute()
  await db.schema.dropTable('app_usage_daily').execute()
}
