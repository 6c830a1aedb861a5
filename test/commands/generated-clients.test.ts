import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REPOSITORY } from '../support/repository.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { FIXTURE_AUDIO } from '../support/test-client.ts'

const GENERATORS = join(REPOSITORY, 'tools/api-clients/node_modules')
const TSC = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
const STRICT = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
const runFile = promisify(execFile)

let app: TestApp
let directory: string
beforeAll(async () => {
  app = await startTestApp()
  directory = await mkdtemp(join(tmpdir(), 'malgil-generated-'))
  await symlink(join(REPOSITORY, 'node_modules'), join(directory, 'node_modules'))
  await write('package.json', '{ "type": "module" }')
  await write('openapi.json', JSON.stringify((await app.get('/openapi.json', { key: null })).body))
})
afterAll(async () => {
  await rm(directory, { recursive: true, force: true })
  await app.close()
})

const write = (file: string, text: string) => writeFile(join(directory, file), text)

async function node(args: string[], env: Record<string, string> = {}): Promise<string> {
  const options = { cwd: directory, env: { PATH: process.env.PATH, ...env } }
  const { stdout } = await runFile(process.execPath, args, options).catch((cause) => {
    throw new Error(`${args.join(' ')}\n${cause.stdout}\n${cause.stderr}`)
  })
  return stdout
}

async function runProgram(program: string): Promise<string> {
  await write('program.ts', program)
  await node([TSC, ...STRICT, 'program.ts'])
  const { userId, sessionId } = await app.givenSession()
  return node(['program.js'], {
    MALGIL_URL: app.url,
    AUTHORIZATION: app.authorization().Authorization,
    AUDIO: join(FIXTURE_AUDIO, 'iced-americano.webm'),
    USER_ID: userId,
    SESSION_ID: sessionId,
  })
}

const WITH_OPENAPI_FETCH = `
import { openAsBlob } from 'node:fs'
import createClient from 'openapi-fetch'
import type { paths } from './types.js'

const { MALGIL_URL = '', AUTHORIZATION = '', AUDIO = '', USER_ID = '', SESSION_ID = '' } = process.env
const client = createClient<paths>({ baseUrl: MALGIL_URL, headers: { Authorization: AUTHORIZATION } })
const audio = await openAsBlob(AUDIO)
const { data, error } = await client.POST('/v1/users/{userId}/practice-sessions/{sessionId}/turns', {
  params: { path: { userId: USER_ID, sessionId: SESSION_ID } },
  // This generator calls every file a string.
  body: { audio: audio as unknown as string },
  bodySerializer: () => {
    const form = new FormData()
    form.set('audio', audio)
    return form
  },
})
if (error) throw new Error(error.code)
if (typeof data === 'object' && 'assessment' in data) console.log('score:', data.assessment?.scores.overall)
const refused = await client.GET('/v1/locations/{locationId}', { params: { path: { locationId: USER_ID } } })
console.log('refused:', refused.error?.code)
`

const WITH_HEY_API = `
import { openAsBlob } from 'node:fs'
import { client } from './hey/client.gen.js'
import { createAssessment, getLocation, getPracticeSession } from './hey/index.js'

const { MALGIL_URL = '', AUTHORIZATION = '', AUDIO = '', USER_ID = '', SESSION_ID = '' } = process.env
client.setConfig({ baseUrl: MALGIL_URL, headers: { Authorization: AUTHORIZATION } })
const audio = await openAsBlob(AUDIO)
const text = 'Can I get an iced americano, please?'
const { data, error } = await createAssessment({ body: { audio, text } })
if (error) throw new Error(error.code)
console.log('score:', data?.scores.overall)
const session = await getPracticeSession({ path: { userId: USER_ID, sessionId: SESSION_ID } })
console.log('status:', session.data?.status)
const refused = await getLocation({ path: { locationId: USER_ID } })
console.log('refused:', refused.error?.code)
`

const HEY_API_CONFIG = `export default {
  input: './openapi.json',
  output: { path: './hey', importFileExtension: '.js', module: { extension: '.js' } },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  logs: { level: 'warn', file: false },
}`

describe('a client that is generated from /openapi.json', { timeout: 120_000 }, () => {
  test('by openapi-typescript compiles strictly and sends a spoken turn (faults.md J7)', async () => {
    const generator = join(GENERATORS, 'openapi-typescript/bin/cli.js')
    await node([generator, 'openapi.json', '-o', 'types.ts'])
    const printed = await runProgram(WITH_OPENAPI_FETCH)
    expect(printed).toMatch(/score: \d+/)
    expect(printed).toContain('refused: location.not_found')
  })

  test('by @hey-api/openapi-ts compiles strictly and has a recording scored (faults.md J7)', async () => {
    await write('openapi-ts.config.mjs', HEY_API_CONFIG)
    await node([join(GENERATORS, '@hey-api/openapi-ts/bin/run.js'), '-f', 'openapi-ts.config.mjs'])
    const printed = await runProgram(WITH_HEY_API)
    expect(printed).toMatch(/score: \d+/)
    expect(printed).toContain('status: in_progress')
    expect(printed).toContain('refused: location.not_found')
  })
})
