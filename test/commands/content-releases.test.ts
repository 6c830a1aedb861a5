import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ContentFolder, givenContentFolder } from '../support/content-folder.ts'
import { runMalgil } from '../support/malgil-process.ts'
import { callMalgil } from '../support/malgil-program.ts'
import { givenDataDir } from '../support/test-database.ts'

const VARIATION = 'cafe-ordering/iced-americano-dongseong-ro'
const FILE = `prompts/situations/${VARIATION}.yaml`
const OPENER = 'opener: "Hi there, welcome! What can I get for you today?"'
const NEW_OPENER = 'opener: "Hello! What would you like?"'

/** Each command is a process that opens the database by itself. */
const TIMEOUT_MS = 240_000

let content: ContentFolder
let dataDir: string
beforeAll(async () => {
  content = await givenContentFolder()
  dataDir = await givenDataDir()
})
afterAll(async () => {
  await content.dispose()
  await rm(dataDir, { recursive: true, force: true })
})

/** The editor of these tests is whom the content's own repository names, if it is one. */
const run = (args: string[], env: Record<string, string> = {}) =>
  (args[0] === 'serve' ? runMalgil : callMalgil)(args, {
    MALGIL_DATA_DIR: dataDir,
    MALGIL_CONTENT_DIR: content.root,
    HOME: dataDir,
    PORT: '0',
    ...env,
  })

const git = (...args: string[]) =>
  execFileSync('git', ['-C', content.root, '-c', 'user.email=ann@example.org', ...args], { encoding: 'utf8' })

const BY_ANN = ['--author', 'Ann Editor']

describe('malgil content', { timeout: TIMEOUT_MS }, () => {
  test('a production process without a release says what to run', async () => {
    const { exitCode, stderr } = await run(['serve'], { NODE_ENV: 'production' })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /The label production points to no release yet: run malgil content publish --label production/,
    )
  })

  test.each([
    [['content', 'publish', '--label', 'live'], /Allowed choices are draft, staging, production/],
    [['content', 'rollback', '--to', 'first'], /It must be a number from 1 on/],
    [['content', 'rollback', '--to', '1', '--steps', '1'], /cannot be used with option/],
    [['content', 'publish'], /Say who you are: --author NAME, or git's user\.name/],
    [['content', 'rollback', ...BY_ANN], /The label production points to no release yet/],
    [
      ['content', 'diff', '--from', 'live'],
      /'live' is neither 'files', nor a label \(draft, staging, production\)/,
    ],
    [['content', 'diff', '--from', '7'], /There is no release 7/],
    [['content', 'publish', ...BY_ANN, '/tmp'], /names no authored file/],
  ])('%j is refused in words', async (args, message) => {
    const { exitCode, stderr } = await run(args)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test.each([['publish'], ['rollback'], ['diff'], ['log']])('%s explains itself', async (command) => {
    const { exitCode, stdout } = await run(['content', command, '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Usage: malgil content ${command}`))
  })

  test('publish refuses content with faults at file, line, column and key, and stores nothing', async () => {
    await content.change(FILE, 'id: answer-sugar', 'id: order-drink')
    const { exitCode, stderr } = await run(['content', 'publish', ...BY_ANN])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(new RegExp(`^${FILE}:12:9 goals\\.1\\.id goal 'order-drink' is given twice$`, 'm'))
    expect(stderr).not.toMatch(/\n\s+at /)
    const log = await run(['content', 'log'])
    expect(log).toMatchObject({ exitCode: 0, stdout: '', stderr: 'Nothing was published yet\n' })
    await content.restore()
  })

  test('publish of one prompt refuses what is wrong with a partial in it, and not what is wrong elsewhere', async () => {
    const partial = 'prompts/_keep-these-notes.prompt.md'
    await content.write(partial, `${await content.read(partial)}{{#if}}\n`)
    const publishOf = (file: string) =>
      run(['content', 'publish', '--dry-run', ...BY_ANN, '--label', 'draft', join(content.root, file)])
    const prompt = await publishOf('prompts/situation-reply.prompt.md')
    expect(prompt.exitCode).toBe(1)
    expect(prompt.stderr).toMatch(new RegExp(`^${partial}:\\d+:\\d+ `, 'm'))
    // There is no release yet, so that one variation is not all that is needed.
    const variation = await publishOf(FILE)
    expect(variation.stderr).not.toContain(partial)
    await content.restore()
  })

  test('publish, diff, log and rollback tell the story of a change', async () => {
    const first = await run(['content', 'publish', ...BY_ANN, '--message', 'the first'])
    expect(first.stdout).toMatch(new RegExp(`^Variation ${VARIATION} is new$`, 'm'))
    expect(first.stdout).toMatch(/^production: no release → release 1$/m)
    expect((await run(['content', 'publish', ...BY_ANN])).stdout).toBe(
      'Nothing to publish: production points to release 1, which is the same\n',
    )

    await content.change(FILE, OPENER, NEW_OPENER)
    const change = `The opener of variation ${VARIATION} changes from "Hi there, welcome! What can I get for you today?" to "Hello! What would you like?"\n`
    expect((await run(['content', 'diff'])).stdout).toBe(change)
    const dry = await run(['content', 'publish', '--dry-run', ...BY_ANN])
    expect(dry).toMatchObject({ stdout: change, stderr: 'Dry run: production stays at release 1\n' })
    const second = await run(['content', 'publish', ...BY_ANN, '--expect', '1', join(content.root, FILE)])
    expect(second.stdout).toBe(`${change}production: release 1 → release 2\n`)

    const late = await run(['content', 'publish', '--author', 'Ben Operator', '--expect', '1'])
    expect(late.exitCode).toBe(1)
    expect(late.stderr).toMatch(
      /^malgil: The label production no longer points to release 1: Ann Editor moved it to release 2 at /,
    )
    const back = await run(['content', 'rollback', '--author', 'Ben Operator', '--message', 'too short'])
    expect(back.stdout).toBe('production: release 2 → release 1\n')
    expect((await run(['content', 'diff', '--from', '1', '--to', '2', '--json'])).stdout).toBe(
      `${JSON.stringify([change.trim()], null, 2)}\n`,
    )
    const lines = (await run(['content', 'log'])).stdout.trim().split('\n')
    expect(lines.map((line) => line.split('\t').slice(1))).toEqual([
      ['production', 'none → 1', 'Ann Editor', 'the first'],
      ['production', '1 → 2', 'Ann Editor'],
      ['production', '2 → 1', 'Ben Operator', 'too short'],
    ])
    await content.restore()
  })

  test('publish takes author and commit from git, and says when files differ from the commit', async () => {
    git('init', '--quiet')
    git('config', 'user.name', 'Cho Author')
    git('add', '.')
    git('commit', '--quiet', '--message', 'All of it')
    await content.change(FILE, OPENER, 'opener: "Good morning!"')
    git('commit', '--quiet', '--all', '--message', 'Another opener')
    const commit = git('rev-parse', 'HEAD').trim()
    await run(['content', 'publish', '--label', 'staging'])
    await content.change(FILE, 'Good morning!', 'Good evening!')
    await run(['content', 'publish', '--label', 'draft'])
    const moves = JSON.parse((await run(['content', 'log', '--json'])).stdout)
    expect(moves.slice(-2)).toMatchObject([
      { label: 'staging', from: null, to: expect.any(Number), movedBy: 'Cho Author', gitCommit: commit },
      {
        label: 'draft',
        from: null,
        to: expect.any(Number),
        movedBy: 'Cho Author',
        gitCommit: `${commit}+changes`,
      },
    ])
    await content.restore()
  })
})
