import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('transcripts')
    .addColumn('transcriber_model', 'text')
    .addColumn('language', 'text')
    // Who gave the times of the words; null while they have none.
    .addColumn('timed_by', 'text', (c) => c.check(sql`timed_by in ('transcriber', 'aligner')`))
    .addColumn('dropped', 'jsonb', (c) => c.notNull().defaultTo(sql`'[]'`))
    .addColumn('faults', 'jsonb', (c) => c.notNull().defaultTo(sql`'[]'`))
    .addColumn('fallback', 'jsonb')
    .addColumn('understood', 'jsonb')
    .addColumn('second_pass_failure', 'text')
    .execute()
  // Until now words had times only where the expected responses were matched, which aligns them.
  await sql`update transcripts set timed_by = 'aligner' where source = 'matched' and text is not null`.execute(
    db,
  )
  await db.schema.alterTable('assessments').addColumn('reference_choice', 'jsonb').execute()
  // What a vendor bills by length has no tokens.
  await db.schema
    .alterTable('llm_calls')
    .addColumn('audio_ms', 'integer', (c) => c.check(sql`audio_ms >= 0`))
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('llm_calls').dropColumn('audio_ms').execute()
  await db.schema.alterTable('assessments').dropColumn('reference_choice').execute()
  await db.schema
    .alterTable('transcripts')
    .dropColumn('second_pass_failure')
    .dropColumn('understood')
    .dropColumn('fallback')
    .dropColumn('faults')
    .dropColumn('dropped')
    .dropColumn('timed_by')
    .dropColumn('language')
    .dropColumn('transcriber_model')
    .execute()
}
