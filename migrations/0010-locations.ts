import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('content_versions').dropConstraint('content_versions_kind_check').execute()
  await db.schema
    .alterTable('content_versions')
    .addCheckConstraint(
      'content_versions_kind_check',
      sql`kind in ('situation', 'variation', 'persona', 'prompt', 'location', 'cultural_context')`,
    )
    .execute()

  await db.schema
    .createTable('locations')
    .addColumn('location_id', 'uuid', (c) => c.primaryKey())
    .addColumn('content_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('location_name', 'varchar(100)', (c) => c.notNull().unique())
    .addColumn('name', 'jsonb', (c) => c.notNull())
    .addColumn('location_type', 'varchar(50)', (c) => c.notNull())
    // Two plain numbers, so that no server needs an extension for maps.
    .addColumn('latitude', 'double precision', (c) => c.notNull())
    .addColumn('longitude', 'double precision', (c) => c.notNull())
    .addColumn('district', 'varchar(50)', (c) => c.notNull())
    .addColumn('address', 'text')
    .addColumn('common_situations', 'jsonb', (c) => c.notNull())
    .addColumn('useful_expressions', 'jsonb', (c) => c.notNull())
    .addColumn('cultural_notes', 'jsonb', (c) => c.notNull())
    .addColumn('related_situations', 'jsonb', (c) => c.notNull())
    .addColumn('is_active', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('locations_latitude_check', sql`latitude between -90 and 90`)
    .addCheckConstraint('locations_longitude_check', sql`longitude between -180 and 180`)
    .execute()
  await db.schema
    .createIndex('idx_locations_district')
    .on('locations')
    .columns(['district', 'location_type'])
    .execute()

  await db.schema
    .createTable('cultural_contexts')
    .addColumn('context_id', 'uuid', (c) => c.primaryKey())
    .addColumn('content_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('context_name', 'varchar(100)', (c) => c.notNull().unique())
    .addColumn('name', 'jsonb', (c) => c.notNull())
    .addColumn('category', 'varchar(50)', (c) => c.notNull())
    .addColumn('description', 'jsonb', (c) => c.notNull())
    .addColumn('usage_examples', 'jsonb', (c) => c.notNull())
    .addColumn('related_situations', 'jsonb', (c) => c.notNull())
    .addColumn('difficulty_level', 'text', (c) => c.notNull())
    .addColumn('is_active', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addCheckConstraint(
      'cultural_contexts_difficulty_level_check',
      sql`difficulty_level in ('beginner', 'intermediate', 'advanced')`,
    )
    .execute()
  await db.schema
    .createIndex('idx_cultural_contexts_category')
    .on('cultural_contexts')
    .columns(['category', 'difficulty_level'])
    .execute()

  await db.schema
    .alterTable('situations')
    .addColumn('location_id', 'uuid', (c) => c.references('locations.location_id'))
    .execute()
  await db.schema.createIndex('idx_situations_location_id').on('situations').column('location_id').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('situations').dropColumn('location_id').execute()
  await db.schema.dropTable('cultural_contexts').execute()
  await db.schema.dropTable('locations').execute()
  // The narrower check refuses their texts.
  await sql`delete from content_versions where kind in ('location', 'cultural_context')`.execute(db)
  await db.schema.alterTable('content_versions').dropConstraint('content_versions_kind_check').execute()
  await db.schema
    .alterTable('content_versions')
    .addCheckConstraint(
      'content_versions_kind_check',
      sql`kind in ('situation', 'variation', 'persona', 'prompt')`,
    )
    .execute()
}
