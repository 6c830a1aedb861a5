/**
 * `npm run client:types` writes the types of `malgil/client` from the calls of the service.
 * With `--check` it only compares, and fails when the committed file differs.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createLog } from '#app/log.ts'
import { serve } from '#app/serve.ts'
import { readConfig } from '#platform/config.ts'
import { toClientTypes } from './client-types/client-types.ts'
import { isSchema, type JsonSchema } from './client-types/schema-type.ts'

const TYPES_FILE = fileURLToPath(new URL('../src/client/api.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('..', import.meta.url))

const generated = await format(toClientTypes(await readApi()))
if (!process.argv.includes('--check')) {
  await writeFile(TYPES_FILE, generated)
} else if ((await readFile(TYPES_FILE, 'utf8')) !== generated) {
  console.error('src/client/api.ts is not what the calls of the service make: run `npm run client:types`')
  process.exitCode = 1
}

/** Of the running service, so that it is what a client would see. */
async function readApi(): Promise<JsonSchema> {
  const dataDir = await mkdtemp(join(tmpdir(), 'malgil-client-types-'))
  const config = readConfig({ MALGIL_DATA_DIR: dataDir, PORT: '0', MALGIL_SPEECH_THREADS: '1' })
  const service = await serve(config, { log: createLog('silent') })
  try {
    const api: unknown = await (await fetch(`${service.url}/openapi.json`)).json()
    if (!isSchema(api)) throw new Error('The service describes no calls')
    return api
  } finally {
    await service.stop()
    await rm(dataDir, { recursive: true })
  }
}

async function format(source: string): Promise<string> {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  const formatting = promisify(execFile)(
    process.execPath,
    [biome, 'format', '--stdin-file-path=src/client/api.ts'],
    { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 },
  )
  formatting.child.stdin?.end(source)
  return (await formatting).stdout
}
