import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'

const SERVER = new URL('../postgres.sh', import.meta.url).pathname

export type Database = { url: string; drop: () => Promise<void> }

let created = 0

/** A new database on the server of DATABASE_URL, or on the one that the tests build. Dropped by `drop`. */
export async function createDatabase(): Promise<Database> {
  const serverUrl = process.env.DATABASE_URL ?? (await startServer())
  created += 1
  const name = `malgil_bench_${process.pid}_${created}`
  await ask(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => ask(serverUrl, `drop database ${name} with (force)`) }
}

async function startServer(): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', [SERVER, 'start'])
  const url = /^DATABASE_URL=(.+)$/m.exec(stdout)?.[1]
  if (!url) throw new Error('No PostgreSQL: set DATABASE_URL')
  return url
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
