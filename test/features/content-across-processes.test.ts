import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { givenContentFolder } from '../support/content-folder.ts'
import { startServe } from '../support/malgil-process.ts'
import { callMalgil } from '../support/malgil-program.ts'
import { createTestClient } from '../support/test-client.ts'
import { createServerDatabase, isOnServer } from '../support/test-database.ts'

const FILE = 'prompts/situations/cafe-ordering/iced-americano-dongseong-ro.yaml'
const OPENER = 'opener: "Hi there, welcome! What can I get for you today?"'
const NEW_OPENER = 'opener: "Hello! What would you like?"'
const BY_ANN = ['--author', 'Ann Editor']

test.skipIf(!isOnServer)('a publish by one process is served by another within seconds', async () => {
  await using content = await givenContentFolder()
  const dataDir = await mkdtemp(join(tmpdir(), 'malgil-across-'))
  const server = await createServerDatabase('content')
  const env = {
    MALGIL_DATA_DIR: dataDir,
    MALGIL_CONTENT_DIR: content.root,
    DATABASE_URL: server.url,
    NODE_ENV: 'production',
  }
  try {
    await callMalgil(['content', 'publish', ...BY_ANN], env)
    const key = (await callMalgil(['apps', 'create', 'reader'], env)).stdout.trim()
    await using service = await startServe(env)
    const client = createTestClient(service.url, key)
    const isServed = (release: number) => (body: { content: { release: number } }) =>
      body.content.release === release
    await client.eventually('/readyz', isServed(1))
    await content.change(FILE, OPENER, NEW_OPENER)
    await callMalgil(['content', 'publish', ...BY_ANN], env)
    await client.eventually('/readyz', isServed(2))
    const { path } = await client.givenSession()
    expect((await client.get(path)).body.opener).toBe('Hello! What would you like?')
    await callMalgil(['content', 'rollback', ...BY_ANN], env)
    await client.eventually('/readyz', isServed(1))
  } finally {
    await server.drop()
    await rm(dataDir, { recursive: true, force: true })
  }
})
