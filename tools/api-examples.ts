/**
 * `npm run api:examples` writes the examples of `/openapi.json`: what the service answers in a story that makes every
 * call once.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLog } from '#app/log.ts'
import { serve } from '#app/serve.ts'
import { createApp } from '#features/identity/index.ts'
import { readConfig } from '#platform/config.ts'
import { recordExamples } from './api-examples/story.ts'
import { createTidy } from './api-examples/tidy.ts'

const EXAMPLES_FILE = fileURLToPath(new URL('../src/app/api-examples.json', import.meta.url))

const dataDir = await mkdtemp(join(tmpdir(), 'malgil-api-examples-'))
const config = readConfig({ MALGIL_DATA_DIR: dataDir, PORT: '0', MALGIL_SPEECH_THREADS: '1' })
const service = await serve(config, { log: createLog('silent') })
try {
  const { key } = await createApp({ db: service.database.db }, { name: 'examples' })
  const examples = await recordExamples(service.url, key)
  const tidy = createTidy()
  await writeFile(EXAMPLES_FILE, `${JSON.stringify(tidy(examples), null, 1)}\n`)
} finally {
  await service.stop()
  await rm(dataDir, { recursive: true })
}
