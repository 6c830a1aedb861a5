import { type Kysely, sql } from 'kysely'

const levels = sql`('A1', 'A2', 'B1', 'B2', 'C1', 'C2')`

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('users')
    // Null: nobody said. `language_level` has a default, so it cannot tell.
    .addColumn('cefr_level', 'text')
    .execute()
  await db.schema
    .alterTable('users')
    .addCheckConstraint('users_cefr_level_check', sql`cefr_level in ${levels}`)
    .execute()

  await db.schema
    .alterTable('user_situation_sessions')
    // What replies were measured against from the beginning to the end of the session.
    .addColumn('level', 'text')
    .addColumn('over_reason', 'text')
    .execute()
  await db.schema
    .alterTable('user_situation_sessions')
    .addCheckConstraint('user_situation_sessions_level_check', sql`level in ${levels}`)
    .execute()
  await db.schema
    .alterTable('user_situation_sessions')
    .addCheckConstraint(
      'user_situation_sessions_over_check',
      sql`over_reason in ('turn_limit', 'time_limit', 'cost_limit')`,
    )
    .execute()

  await db.schema
    .alterTable('situation_turns')
    .addColumn('kind', 'text', (c) => c.notNull().defaultTo('talk'))
    .addColumn('repair', 'jsonb')
    .addColumn('safety', 'jsonb')
    .addColumn('reply_level', 'jsonb')
    .execute()
  await db.schema
    .alterTable('situation_turns')
    .addCheckConstraint('situation_turns_kind_check', sql`kind in ('talk', 'repair', 'refusal')`)
    .execute()
  await db.schema
    .alterTable('situation_turns')
    .addCheckConstraint('situation_turns_repair_check', sql`(kind = 'repair') = (repair is not null)`)
    .execute()

  await db.schema.alterTable('messages').addColumn('level', 'jsonb').addColumn('safety', 'jsonb').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('messages').dropColumn('safety').dropColumn('level').execute()
  await db.schema.alterTable('situation_turns').dropConstraint('situation_turns_repair_check').execute()
  await db.schema.alterTable('situation_turns').dropConstraint('situation_turns_kind_check').execute()
  await db.schema
    .alterTable('situation_turns')
    .dropColumn('reply_level')
    .dropColumn('safety')
    .dropColumn('repair')
    .dropColumn('kind')
    .execute()
  await db.schema
    .alterTable('user_situation_sessions')
    .dropConstraint('user_situation_sessions_over_check')
    .execute()
  await db.schema
    .alterTable('user_situation_sessions')
    .dropConstraint('user_situation_sessions_level_check')
    .execute()
  await db.schema
    .alterTable('user_situation_sessions')
    .dropColumn('over_reason')
    .dropColumn('level')
    .execute()
  await db.schema.alterTable('users').dropConstraint('users_cefr_level_check').execute()
  await db.schema.alterTable('users').dropColumn('cefr_level').execute()
}
