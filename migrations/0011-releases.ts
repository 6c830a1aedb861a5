import { type Kysely, sql } from 'kysely'

/** Releases of the authored content, the labels that point to them, and what this database serves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('content_versions').dropConstraint('content_versions_kind_check').execute()
  // Which kinds there are is known to the code: a new kind of file needs no change here.
  await db.schema
    .alterTable('content_versions')
    .addCheckConstraint('content_versions_kind_check', sql`kind ~ '^[a-z]+(_[a-z]+)*$'`)
    .execute()
  await db.schema
    .alterTable('content_versions')
    .addColumn('version_number', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('author', 'text')
    .addColumn('git_commit', 'text')
    .execute()
  await sql`
    update content_versions v set version_number = n.number
    from (
      select content_version_id,
        row_number() over (partition by kind, content_key order by created_at, content_version_id) as number
      from content_versions
    ) n
    where n.content_version_id = v.content_version_id`.execute(db)
  await db.schema
    .alterTable('content_versions')
    .addUniqueConstraint('content_versions_number_key', ['kind', 'content_key', 'version_number'])
    .execute()
  for (const table of ['situations', 'situation_variations', 'locations', 'cultural_contexts']) {
    await sql`
      update ${sql.table(table)} c set version = v.version_number
      from content_versions v where v.content_version_id = c.content_version_id`.execute(db)
  }

  await db.schema
    .createTable('prompts')
    .addColumn('prompt_name', 'varchar(100)', (c) => c.primaryKey())
    .addColumn('content_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('is_active', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute()

  // Immutable, as versions are: the same set of versions is the same release, however often it is published.
  await db.schema
    .createTable('content_releases')
    .addColumn('release_id', 'uuid', (c) => c.primaryKey())
    .addColumn('release_number', 'integer', (c) => c.notNull().unique())
    .addColumn('manifest_hash', 'text', (c) => c.notNull().unique())
    .addColumn('author', 'text', (c) => c.notNull())
    .addColumn('git_commit', 'text')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('content_releases_hash_check', sql`manifest_hash ~ '^[0-9a-f]{64}$'`)
    .execute()
  await db.schema
    .createTable('content_release_items')
    .addColumn('release_id', 'uuid', (c) => c.notNull().references('content_releases.release_id'))
    .addColumn('content_version_id', 'uuid', (c) =>
      c.notNull().references('content_versions.content_version_id'),
    )
    .addColumn('file', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('content_release_items_pkey', ['release_id', 'content_version_id'])
    .addUniqueConstraint('content_release_items_file_key', ['release_id', 'file'])
    .execute()

  await db.schema
    .createTable('content_labels')
    .addColumn('label', 'text', (c) => c.primaryKey())
    .addColumn('release_id', 'uuid', (c) => c.notNull().references('content_releases.release_id'))
    .addCheckConstraint('content_labels_label_check', sql`label in ('draft', 'staging', 'production')`)
    .execute()
  await db.schema
    .createTable('content_label_moves')
    .addColumn('move_number', 'integer', (c) => c.primaryKey())
    .addColumn('label', 'text', (c) => c.notNull().references('content_labels.label'))
    .addColumn('from_release_id', 'uuid', (c) => c.references('content_releases.release_id'))
    .addColumn('to_release_id', 'uuid', (c) => c.notNull().references('content_releases.release_id'))
    .addColumn('moved_by', 'text', (c) => c.notNull())
    .addColumn('message', 'text')
    .addColumn('moved_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema
    .createIndex('idx_content_label_moves_label')
    .on('content_label_moves')
    .columns(['label', 'move_number'])
    .execute()

  // One row: what the catalogue tables show now. Processes that share the database look at it.
  await db.schema
    .createTable('content_serving')
    .addColumn('is_only', 'boolean', (c) => c.primaryKey().defaultTo(true))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('release_id', 'uuid', (c) => c.references('content_releases.release_id'))
    .addColumn('manifest_hash', 'text', (c) => c.notNull())
    .addColumn('changed_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('content_serving_is_only_check', sql`is_only`)
    .addCheckConstraint(
      'content_serving_source_check',
      sql`source in ('files', 'draft', 'staging', 'production')`,
    )
    .addCheckConstraint('content_serving_release_check', sql`(source = 'files') = (release_id is null)`)
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('content_serving').execute()
  await db.schema.dropTable('content_label_moves').execute()
  await db.schema.dropTable('content_labels').execute()
  await db.schema.dropTable('content_release_items').execute()
  await db.schema.dropTable('content_releases').execute()
  await db.schema.dropTable('prompts').execute()
  const known = sql`kind in ('situation', 'variation', 'persona', 'prompt', 'location', 'cultural_context')`
  // The narrower check refuses the others.
  await sql`delete from content_versions where not (${known})`.execute(db)
  await db.schema.alterTable('content_versions').dropConstraint('content_versions_kind_check').execute()
  await db.schema
    .alterTable('content_versions')
    .addCheckConstraint('content_versions_kind_check', known)
    .execute()
  await db.schema.alterTable('content_versions').dropConstraint('content_versions_number_key').execute()
  await db.schema
    .alterTable('content_versions')
    .dropColumn('version_number')
    .dropColumn('author')
    .dropColumn('git_commit')
    .execute()
}
