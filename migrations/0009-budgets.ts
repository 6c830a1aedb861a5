import { type Kysely, sql } from 'kysely'

/** What an app, and each single user of it, may cost on one calendar day in UTC. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('budgets')
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id').onDelete('cascade'))
    .addColumn('scope', 'text', (c) => c.notNull())
    // Null is no limit, not a limit of nothing.
    .addColumn('soft_micro_usd', 'bigint')
    .addColumn('hard_micro_usd', 'bigint')
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('budgets_pkey', ['app_id', 'scope'])
    .addCheckConstraint('budgets_scope_check', sql`scope in ('app', 'user')`)
    .addCheckConstraint('budgets_soft_check', sql`soft_micro_usd >= 0`)
    .addCheckConstraint('budgets_hard_check', sql`hard_micro_usd >= 0`)
    .addCheckConstraint('budgets_order_check', sql`soft_micro_usd <= hard_micro_usd`)
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('budgets').execute()
}
