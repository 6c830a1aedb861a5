import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('user_situation_sessions')
    // Sessions that began before there was a judge have none.
    .addColumn('judge_prompt_version_id', 'uuid', (c) => c.references('content_versions.content_version_id'))
    .execute()
  await db.schema
    .alterTable('situation_turns')
    .addColumn('judgement', 'jsonb')
    .addColumn('unjudged_reason', 'text')
    .execute()
  await db.schema
    .alterTable('situation_turns')
    .addCheckConstraint('situation_turns_judgement_check', sql`judgement is null or unjudged_reason is null`)
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('situation_turns').dropConstraint('situation_turns_judgement_check').execute()
  await db.schema
    .alterTable('situation_turns')
    .dropColumn('unjudged_reason')
    .dropColumn('judgement')
    .execute()
  await db.schema.alterTable('user_situation_sessions').dropColumn('judge_prompt_version_id').execute()
}
