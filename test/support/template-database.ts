import { mkdirSync, mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { Kysely, PGliteDialect } from 'kysely'
import type { TestProject } from 'vitest/node'
import { newId } from '#base/ids.ts'
import { loadContent, readContent } from '#features/content/index.ts'
import type { RootDb } from '#platform/db/db.ts'
import { migrateToLatest } from '#platform/db/migrate.ts'
import { openDatabase } from '#platform/db/open-database.ts'
import type { DB } from '#platform/db/schema.ts'
import { REPOSITORY } from './repository.ts'
import { onServer } from './server.ts'

/** Databases that were migrated once for the whole run, without content and with the repository's. */
export type Templates =
  | { engine: 'embedded'; empty: string; content: string; dataDir: string }
  | { engine: 'server'; url: string; empty: string; content: string }

declare module 'vitest' {
  interface ProvidedContext {
    templates: Templates
  }
}

/** Tests of these open no database. */
const WITHOUT_DATABASE = ['unit']

/** Runs once before the tests of all projects; what it returns runs after them. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.vitest.projects.every(({ name }) => WITHOUT_DATABASE.includes(name))) return undefined
  const url = process.env.TEST_DATABASE_URL
  const { templates, dispose } = url === undefined ? await makeEmbedded() : await makeOnServer(url)
  project.provide('templates', templates)
  return dispose
}

type Made = { templates: Templates; dispose: () => Promise<void> }

/** Two dumps to begin in memory with, and a data directory as `malgil serve` leaves it. */
async function makeEmbedded(): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'malgil-template-'))
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  const pglite = await PGlite.create({ dataDir: 'memory://', extensions: { vector } })
  const db: RootDb = new Kysely<DB>({ dialect: new PGliteDialect({ pglite }) })
  const dump = async (name: string) => {
    const path = join(folder, name)
    writeFileSync(path, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()))
    return path
  }
  await migrateToLatest(db)
  const empty = await dump('empty.tar')
  await loadContent({ db }, readContent(REPOSITORY))
  const content = await dump('content.tar')
  await pglite.close()
  const onDisk = await PGlite.create({
    dataDir: join(dataDir, 'database'),
    loadDataDir: await openAsBlob(content),
    extensions: { vector },
  })
  await onDisk.close()
  return {
    templates: { engine: 'embedded', empty, content, dataDir },
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function makeOnServer(url: string): Promise<Made> {
  const suffix = newId().replaceAll('-', '')
  const names = { empty: `malgil_empty_${suffix}`, content: `malgil_content_${suffix}` }
  const fill = async (name: string, work: (db: RootDb) => Promise<unknown>) => {
    const target = new URL(url)
    target.pathname = `/${name}`
    const { db, close } = await openDatabase(
      { engine: 'server', url: target.href, maxConnections: 2 },
      { onIdleError: () => {} },
    )
    await work(db)
    await close()
  }
  await onServer(url, `create database ${names.empty}`)
  await fill(names.empty, migrateToLatest)
  await onServer(url, `create database ${names.content} template ${names.empty}`)
  await fill(names.content, (db) => loadContent({ db }, readContent(REPOSITORY)))
  return {
    templates: { engine: 'server', url, ...names },
    dispose: async () => {
      for (const name of Object.values(names)) await onServer(url, `drop database ${name} with (force)`)
    },
  }
}
