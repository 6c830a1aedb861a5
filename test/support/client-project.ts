import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { REPOSITORY } from './repository.ts'
import { FIXTURE_AUDIO } from './test-client.ts'

const run = promisify(execFile)
const TSC = join(REPOSITORY, 'node_modules/typescript/bin/tsc')

export type ClientProject = {
  directory: string
  write: (file: string, text: string) => Promise<void>
  /** Compiles with `tsc --strict`, libraries checked as well. Throws with what it says. */
  compile: (options: string[]) => Promise<void>
  run: (command: string, args: string[], env: Record<string, string>) => Promise<string>
  dispose: () => Promise<void>
}

/** A project of somebody else, with the packed client installed as its only dependency. */
export async function givenClientProject(): Promise<ClientProject> {
  const directory = await mkdtemp(join(tmpdir(), 'malgil-app-'))
  const build = [join(REPOSITORY, 'tools/client-build.ts'), '--out', join(directory, 'built')]
  const { stdout } = await run(process.execPath, build, { cwd: REPOSITORY })
  await writeFile(join(directory, 'package.json'), '{ "private": true, "type": "module" }')
  const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', stdout.trim()]
  await run('npm', install, { cwd: directory })
  await mkdir(join(directory, 'fixtures/audio'), { recursive: true })
  const audio = 'fixtures/audio/iced-americano.webm'
  await copyFile(join(FIXTURE_AUDIO, 'iced-americano.webm'), join(directory, audio))
  return {
    directory,
    write: (file, text) => writeFile(join(directory, file), text),
    async compile(options) {
      await run(process.execPath, [TSC, '--strict', '--skipLibCheck', 'false', ...options], {
        cwd: directory,
      }).catch(({ stdout: said }: { stdout: string }) => {
        throw new Error(said)
      })
    },
    run: async (command, args, env) =>
      (await run(command, args, { cwd: directory, env: { PATH: process.env.PATH, ...env } })).stdout,
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
}

/** What an app in Node brings itself: the types of Node. */
export async function addNodeTypes({ directory }: ClientProject): Promise<void> {
  await mkdir(join(directory, 'node_modules/@types'), { recursive: true })
  for (const name of ['@types/node', 'undici-types'])
    await symlink(join(REPOSITORY, 'node_modules', name), join(directory, 'node_modules', name))
}

/** The TypeScript program of the README. */
export async function readReadmeProgram(): Promise<string> {
  const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8')
  const program = /```ts\n(import[^`]*from 'malgil-client'[^`]*)```/.exec(readme)?.[1]
  if (program === undefined) throw new Error('The README has no program that imports malgil-client')
  return program
}
