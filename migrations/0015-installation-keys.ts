import { type Kysely, sql } from 'kysely'

/** Keys that this installation made for itself. They never leave it, and all its processes have the same. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('installation_keys')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('key', 'uuid', (c) => c.notNull().defaultTo(sql`gen_random_uuid()`))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
  await sql`insert into installation_keys (name) values ('canary')`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('installation_keys').execute()
}
