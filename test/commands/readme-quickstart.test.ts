import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServe } from '../support/malgil-process.ts'
import { REPOSITORY } from '../support/repository.ts'

const MAX_SHELL_MS = 60_000

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'malgil-readme-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The shell blocks of README's section, in order. */
function shellBlocks(heading: string): string[] {
  const [, section = ''] = readFileSync(join(REPOSITORY, 'README.md'), 'utf8').split(`\n## ${heading}\n`)
  const [own = ''] = section.split('\n## ', 1)
  return [...own.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
}

/** As it is pasted, in the folder of the checkout; an answer of an error ends it. */
async function paste(script: string, env: Record<string, string> = {}) {
  const child = spawn('bash', ['-euo', 'pipefail'], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    timeout: MAX_SHELL_MS,
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    printed.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    printed.stderr += chunk
  })
  child.stdin.end(`curl() { command curl --fail-with-body "$@"; }\n${script}`)
  await once(child, 'close')
  return { exitCode: child.exitCode, ...printed }
}

test('the README from the top, pasted, gets to a measured score with advice (faults.md I1)', async () => {
  const env = { MALGIL_DATA_DIR: join(folder, 'data'), MALGIL_SPEECH_THREADS: '1' }
  const [start = '', quick = '', others = ''] = shellBlocks('Serve it').map((block) =>
    block.replaceAll('.malgil/my-app.key', join(folder, 'my-app.key')).replace('mkdir -p .malgil\n', ''),
  )
  expect(start).toMatch(/^npm start\b/m)
  expect(await paste(start.replace(/^npm start.*$/m, ''), env)).toMatchObject({ exitCode: 0 })

  await using service = await startServe(env)
  const here = (block: string) => block.replaceAll('http://127.0.0.1:8080', service.url)
  const scored = await paste(here(quick))
  expect(scored).toMatchObject({ exitCode: 0, stderr: '' })
  expect(scored.stdout).toMatch(/Would you like any sugar in it\?\n/)
  expect(scored.stdout).toMatch(/overall: \d+/)
  expect(scored.stdout.trim().split('\n').at(-1)).toMatch(/^[A-Z“].*\.$/)

  const rest = await paste(here(`${quick}\n${others}`))
  expect(rest).toMatchObject({ exitCode: 0, stderr: '' })
  expect(rest.stdout).toContain('event: turn.completed')
}, 150_000)
