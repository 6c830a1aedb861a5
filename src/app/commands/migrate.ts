import type { Command } from 'commander'
import { readConfig } from '#platform/config.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { withDatabase } from '../with-database.ts'

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description("Bring the database's tables to this version; safe to repeat and to run twice at once")
    .action(() =>
      withDatabase(readConfig(process.env), async ({ db }) => {
        const names = await migrateToLatest(db)
        console.log(names.length > 0 ? `Migrated: ${names.join(', ')}` : 'Nothing to migrate')
      }),
    )
}
