import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runMalgil, startServe } from '../support/malgil-process.ts'
import { callMalgil } from '../support/malgil-program.ts'
import { REPOSITORY } from '../support/repository.ts'
import { createTestClient } from '../support/test-client.ts'
import { givenDataDir } from '../support/test-database.ts'

let dataDir = ''
/** Takes a second: for tests that come as far as the database. */
async function givenFolder(): Promise<void> {
  dataDir = await givenDataDir()
}
afterEach(async () => {
  if (dataDir !== '') await rm(dataDir, { recursive: true, force: true })
  dataDir = ''
})

const env = (more: Record<string, string> = {}) => ({
  MALGIL_DATA_DIR: dataDir,
  PORT: '0',
  MALGIL_SPEECH_THREADS: '1',
  ...more,
})

/** One plain sentence for a person: no stack. */
function expectPlain(stderr: string, message: RegExp): void {
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/\n\s+at /)
}

describe('malgil serve that cannot start', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malgil-start-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const emptyEnv = (more: Record<string, string> = {}) => ({ ...env(more), MALGIL_DATA_DIR: folder, ...more })

  test('says that ffmpeg is missing and how to install it', async () => {
    const { exitCode, stderr } = await callMalgil(['serve'], emptyEnv({ PATH: folder }))
    expect(exitCode).toBe(1)
    expectPlain(stderr, /ffmpeg/)
    expect(stderr).toMatch(/apt-get install ffmpeg/)
  })

  test('says that the data directory cannot be written', async () => {
    await writeFile(join(folder, 'file'), '')
    const { exitCode, stderr } = await callMalgil(
      ['serve'],
      emptyEnv({ MALGIL_DATA_DIR: join(folder, 'file', 'data') }),
    )
    expect(exitCode).toBe(1)
    expectPlain(stderr, /data directory .* cannot be written: set MALGIL_DATA_DIR/)
  })

  test('says so also where the database is a server (faults.md E16)', async () => {
    const { exitCode, stderr } = await callMalgil(
      ['serve'],
      emptyEnv({ MALGIL_DATA_DIR: '/proc/nope', DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x' }),
    )
    expect(exitCode).toBe(1)
    expectPlain(stderr, /data directory \/proc\/nope cannot be written: set MALGIL_DATA_DIR/)
  })

  test('says which settings are wrong, all of them', async () => {
    const { exitCode, stderr } = await callMalgil(
      ['serve'],
      emptyEnv({ PORT: 'http', DATABASE_URL: 'mysql://x' }),
    )
    expect(exitCode).toBe(1)
    expectPlain(stderr, /PORT.*DATABASE_URL/)
    const openai = await callMalgil(['serve'], emptyEnv({ MALGIL_LLM_PROVIDER: 'openai' }))
    expectPlain(openai.stderr, /OPENAI_API_KEY is needed.*MALGIL_LLM_MODEL is needed/)
  })

  test('says that the database server cannot be reached', async () => {
    const { exitCode, stderr } = await callMalgil(
      ['serve'],
      emptyEnv({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x' }),
    )
    expect(exitCode).toBe(1)
    expectPlain(stderr, /The database cannot be reached: .*ECONNREFUSED.*\. Check DATABASE_URL/)
  })

  test('names file, line and key of content that is wrong', async () => {
    const content = join(folder, 'content')
    const { cp } = await import('node:fs/promises')
    const root = join(import.meta.dirname, '../..')
    await cp(join(root, 'prompts'), join(content, 'prompts'), { recursive: true })
    await cp(join(root, 'personas'), join(content, 'personas'), { recursive: true })
    await writeFile(
      join(content, 'prompts/situations/cafe-ordering/broken.yaml'),
      'variation_name: broken\ncolour: red\n',
    )
    const { exitCode, stderr } = await callMalgil(['serve'], emptyEnv({ MALGIL_CONTENT_DIR: content }))
    expect(exitCode).toBe(1)
    expectPlain(stderr, /prompts\/situations\/cafe-ordering\/broken\.yaml:2:1 colour/)
  })
})

describe('malgil serve', () => {
  beforeEach(givenFolder)

  test('says that the port is in use', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const { port } = blocker.address() as AddressInfo
    const { exitCode, stderr } = await callMalgil(['serve'], env({ PORT: String(port) }))
    blocker.close()
    expect(exitCode).toBe(1)
    expectPlain(stderr, new RegExp(`Port ${port} on 127.0.0.1 is in use`))
  })

  test('on a folder that another process serves is refused, and the first goes on (faults.md E12)', async () => {
    await using first = await startServe(env())
    const { exitCode, stderr } = await runMalgil(['serve'], env())
    expect(exitCode).toBe(1)
    expectPlain(stderr, /in use by process \d+/)
    expect((await createTestClient(first.url, '').get('/readyz', { key: null })).status).toBe(200)
  })

  test('asked to stop, it ends with 0 and leaves the folder free', async () => {
    const first = await startServe(env())
    expect(await first.kill('SIGTERM')).toBe(0)
    await using second = await startServe(env())
    expect(second.url).toMatch(/^http/)
  })
})

test('npm start that is asked to stop takes the service with it, which says so (faults.md E19)', async () => {
  await givenFolder()
  const port = await freePort()
  const child = spawn('npm', ['start'], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env({ PORT: String(port) }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  await expect
    .poll(() => said, { timeout: 40_000, message: 'the service is ready' })
    .toContain('malgil is ready')

  child.kill('SIGTERM')
  await once(child, 'close')

  expect(said).toContain('malgil has stopped')
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
})

test('what the service makes is for its owner alone (faults.md E15)', async () => {
  await givenFolder()
  await rm(join(dataDir, 'database'), { recursive: true })
  await using _served = await startServe(env())

  const files = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const modes = files.map((file) => statSync(join(file.parentPath, file.name)).mode & 0o077)

  expect(files.length).toBeGreaterThan(500)
  expect(modes.filter((mode) => mode !== 0)).toEqual([])
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

describe('malgil', () => {
  beforeEach(givenFolder)

  test('creates an app once, lists it and revokes its key', async () => {
    const created = await callMalgil(['apps', 'create', 'My app'], env())
    expect(created.stdout).toMatch(/^malgil_[0-9a-f]{12}_[\w-]{43}\n$/)
    const key = created.stdout.trim()
    const twice = await callMalgil(['apps', 'create', 'My app'], env())
    expect(twice.exitCode).toBe(1)
    expectPlain(twice.stderr, /already an app called My app/)

    const prefix = key.split('_')[1] ?? ''
    expect((await callMalgil(['apps', 'list'], env())).stdout).toMatch(
      new RegExp(`My app\t${prefix}\t.*active`),
    )
    expect((await callMalgil(['apps', 'revoke-key', prefix], env())).exitCode).toBe(0)
    expect((await callMalgil(['apps', 'revoke-key', prefix], env())).exitCode).toBe(1)
    await using service = await startServe(env())
    expect((await createTestClient(service.url, key).get('/v1/personas')).body.code).toBe('auth.key_revoked')
  })

  test('migrates a new folder, and says when there is nothing to do', async () => {
    await rm(join(dataDir, 'database'), { recursive: true })
    expect((await callMalgil(['migrate'], env())).stdout).toMatch(/Migrated: 0001-identity, /)
    expect((await callMalgil(['migrate'], env())).stdout).toMatch(/Nothing to migrate/)
  })
})
