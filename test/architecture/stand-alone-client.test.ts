import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { REPOSITORY } from '../support/repository.ts'

const run = promisify(execFile)
const CLIENT = join(REPOSITORY, 'src/client')

describe('the client in a browser', () => {
  test('imports its own files and what runs in browsers, and names nothing that only Node has', () => {
    for (const file of readdirSync(CLIENT).filter((name) => !name.endsWith('.test.ts'))) {
      const text = readFileSync(join(CLIENT, file), 'utf8')
      const imports = [...text.matchAll(/\bfrom '([^']+)'|\bimport\(/g)].map(([, name]) => name)
      expect(
        imports.filter((name) => !name?.startsWith('./') && name !== 'eventsource-parser'),
        file,
      ).toEqual([])
      expect(text, file).not.toMatch(/\b(process|Buffer|require|setImmediate|__dirname)\b[.(]/)
    }
  })

  test('compiles with the types of a browser alone', async () => {
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [tsc, '-p', 'tsconfig.client.json'], { cwd: REPOSITORY })
  })

  test('has the types that the calls of the service make', async () => {
    await run(process.execPath, ['tools/client-types.ts', '--check'], { cwd: REPOSITORY })
  })
})
