import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('apps')
    .addColumn('app_id', 'uuid', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('is_active', 'boolean', (c) => c.notNull().defaultTo(true))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('apps_name_check', sql`length(name) between 1 and 100`)
    .execute()

  await db.schema
    .createTable('api_keys')
    .addColumn('api_key_id', 'uuid', (c) => c.primaryKey())
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id').onDelete('cascade'))
    .addColumn('prefix', 'text', (c) => c.notNull().unique())
    .addColumn('key_hash', 'bytea', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('revoked_at', 'timestamptz')
    // A SHA-256 digest: never the key itself.
    .addCheckConstraint('api_keys_key_hash_check', sql`octet_length(key_hash) = 32`)
    .execute()

  await db.schema
    .createTable('users')
    .addColumn('user_id', 'uuid', (c) => c.primaryKey())
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id'))
    .addColumn('external_id', 'text', (c) => c.notNull())
    .addColumn('email', 'text')
    .addColumn('password_hash', 'text')
    .addColumn('username', 'text')
    .addColumn('display_name', 'text')
    .addColumn('profile_image_url', 'text')
    .addColumn('date_of_birth', 'date')
    .addColumn('gender', 'text')
    .addColumn('city', 'text')
    .addColumn('district', 'text')
    .addColumn('coordinates', sql`point`)
    .addColumn('user_type', 'text', (c) => c.notNull().defaultTo('learner'))
    .addColumn('account_status', 'text', (c) => c.notNull().defaultTo('active'))
    .addColumn('subscription_tier', 'text', (c) => c.notNull().defaultTo('free'))
    .addColumn('language_level', 'text', (c) => c.notNull().defaultTo('beginner'))
    .addColumn('preferred_learning_style', 'jsonb')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('last_login_at', 'timestamptz')
    .addColumn('email_verified_at', 'timestamptz')
    .addCheckConstraint('users_external_id_check', sql`length(external_id) between 1 and 200`)
    .addCheckConstraint('users_gender_check', sql`gender in ('male', 'female', 'other', 'prefer_not_to_say')`)
    .addCheckConstraint('users_user_type_check', sql`user_type in ('learner', 'native_tutor', 'admin')`)
    .addCheckConstraint(
      'users_account_status_check',
      sql`account_status in ('active', 'inactive', 'suspended', 'deleted')`,
    )
    .addCheckConstraint('users_subscription_tier_check', sql`subscription_tier in ('free', 'premium', 'pro')`)
    .addCheckConstraint(
      'users_language_level_check',
      sql`language_level in ('beginner', 'intermediate', 'advanced')`,
    )
    .execute()

  // A directory beside `users`: a unique key on users(app_id, external_id) could not be kept once users are
  // distributed by user_id, and a lookup by external id must not search every shard.
  await db.schema
    .createTable('user_external_ids')
    .addColumn('app_id', 'uuid', (c) => c.notNull().references('apps.app_id'))
    .addColumn('external_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'uuid', (c) => c.notNull())
    .addPrimaryKeyConstraint('user_external_ids_pkey', ['app_id', 'external_id'])
    .execute()

  await db.schema.createIndex('idx_users_location').on('users').columns(['city', 'district']).execute()
  await db.schema
    .createIndex('idx_users_type_status')
    .on('users')
    .columns(['user_type', 'account_status'])
    .execute()
  await db.schema.createIndex('idx_api_keys_app').on('api_keys').column('app_id').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('user_external_ids').execute()
  await db.schema.dropTable('users').execute()
  await db.schema.dropTable('api_keys').execute()
  await db.schema.dropTable('apps').execute()
}
