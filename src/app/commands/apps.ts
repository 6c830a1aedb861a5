import type { Command } from 'commander'
import { createApp, listApiKeys, revokeKey } from '#features/identity/index.ts'
import { readConfig } from '#platform/config.ts'
import { withTables } from '../with-database.ts'

export function addAppsCommands(program: Command): void {
  const apps = program.command('apps').description('The client applications and their API keys')
  apps
    .command('create')
    .argument('<name>', 'unique name of the app')
    .description('Create an app and print its API key, once: only a hash of it is stored')
    .action((name: string) =>
      withTables(readConfig(process.env), async ({ db }) => {
        const { appId, key, prefix } = await createApp({ db }, { name })
        console.error(`App ${name} (${appId}), key prefix ${prefix}. Keep the key: it cannot be shown again.`)
        console.log(key)
      }),
    )
  apps
    .command('list')
    .description('List apps and the prefixes of their keys')
    .action(() =>
      withTables(readConfig(process.env), async ({ db }) => {
        for (const { app, prefix, createdAt, revokedAt } of await listApiKeys(db)) {
          const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : 'active'
          console.log(`${app}\t${prefix}\tcreated ${createdAt.toISOString()}\t${state}`)
        }
      }),
    )
  apps
    .command('revoke-key')
    .argument('<prefix>', 'the 12 digits after malgil_ in the key')
    .description('Refuse a key from now on')
    .action((prefix: string) =>
      withTables(readConfig(process.env), async ({ db }) => {
        await revokeKey({ db }, { prefix })
        console.log(`Key ${prefix} is revoked`)
      }),
    )
}
