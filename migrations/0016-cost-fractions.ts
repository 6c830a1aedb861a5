import { type Kysely, sql } from 'kysely'

const TABLES = ['llm_calls', 'usage_daily', 'app_usage_daily']

/** A call may cost less than half a micro-dollar, and a million of them may not cost nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES)
    await sql`alter table ${sql.table(table)} alter column cost_micro_usd type numeric(20, 6)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES)
    await sql`alter table ${sql.table(table)} alter column cost_micro_usd type bigint`.execute(db)
}
