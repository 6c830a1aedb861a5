import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { findConfinement, type ProcessLimits } from '#platform/child-process/confinement.ts'
import { missingForLimits, runBounded } from '#platform/child-process/run-bounded.ts'

const MIB = 1024 * 1024

async function runScript(script: string, limits: ProcessLimits, env?: NodeJS.ProcessEnv) {
  const chunks: Uint8Array[] = []
  const end = await runBounded({
    command: 'sh',
    args: ['-c', script],
    limits,
    ...(env && { env }),
    onStdout: (chunk) => chunks.push(chunk) > 0,
    maxStderrBytes: MIB,
    wallClockMs: 20_000,
  })
  return { ...end, stdout: Buffer.concat(chunks).toString('utf8') }
}

test('this machine has what limits need, so that the tests below prove something', () => {
  expect(missingForLimits).toEqual([])
})

describe('a child process (faults.md D12)', () => {
  test('sees none of our environment, only what it is given', async () => {
    process.env.MALGIL_TEST_SECRET = 'seen'

    const { stdout } = await runScript('exec env', {}, { LANG: 'C.UTF-8' })

    expect(stdout).toContain('LANG=C.UTF-8')
    expect(stdout).not.toContain('MALGIL_TEST_SECRET')
    expect(stdout).not.toMatch(/^(HOME|USER)=/m)
  })

  test('cannot fill more memory than its limit', async () => {
    // tail keeps its whole input, because it has no line end.
    const eat = 'head -c 400000000 /dev/zero | tail -c 400000000 | wc -c'
    const limited = await runScript(eat, { dataBytes: 64 * MIB, addressSpaceBytes: 512 * MIB })
    const free = await runScript(eat, {})

    expect(free.stdout.trim()).toBe('400000000')
    expect(limited.stdout.trim()).toBe('0')
    expect(limited.stderr).toMatch(/memory/)
  })

  test('is ended when it computes longer than its limit', async () => {
    const { killedBy } = await runScript('while :; do :; done', { cpuSeconds: 1 })

    expect(killedBy).toBe('SIGXCPU')
  })

  test('can write no file beyond its limit', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'malgil-child-'))
    const path = join(directory, 'large')

    await runScript(`head -c 200000 /dev/zero > '${path}'`, { fileBytes: 65_536 })

    expect((await readFile(path)).length).toBe(65_536)
    await rm(directory, { recursive: true })
  })

  test('is one process with the pid that we know, so that killing it leaves nothing behind', async () => {
    const child = new AbortController()
    let pid = 0
    const end = runBounded({
      command: 'sh',
      args: ['-c', 'echo $$; exec sleep 60'],
      limits: { dataBytes: 64 * MIB },
      onStdout: (chunk) => {
        pid = Number(Buffer.from(chunk).toString('utf8'))
        child.abort()
        return true
      },
      maxStderrBytes: MIB,
      wallClockMs: 20_000,
      signal: child.signal,
    })

    await expect(end).resolves.toMatchObject({ stoppedFor: 'abort', killedBy: 'SIGKILL' })
    expect(isAlive(pid)).toBe(false)
  })

  test('that does not exist is a start error, not an exit code', async () => {
    const end = await runBounded({
      command: 'no-such-program',
      args: [],
      limits: { dataBytes: MIB },
      onStdout: () => true,
      maxStderrBytes: MIB,
      wallClockMs: 1_000,
    })

    expect(end.startError).toMatchObject({ code: 'ENOENT' })
  })
})

test('a child dies with its parent, however the parent ends (faults.md D9)', async () => {
  const module = join(import.meta.dirname, '../../src/platform/child-process/run-bounded.ts')
  const program = `
    import { runBounded } from ${JSON.stringify(module)}
    await runBounded({
      command: 'sh', args: ['-c', 'echo $$; exec sleep 60'], limits: {},
      onStdout: (chunk) => process.stdout.write(chunk), maxStderrBytes: 1000, wallClockMs: 60_000,
    })`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program])
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.on('data', (chunk) => resolve(Number(String(chunk))))
  })
  expect(isAlive(pid)).toBe(true)

  parent.kill('SIGKILL')

  await expect.poll(() => isAlive(pid), { timeout: 5_000, message: 'the child is gone' }).toBe(false)
})

describe('where the programs for limits are missing', () => {
  test('they are named and the command runs as it is', () => {
    const { confine, missing } = findConfinement('/nowhere')

    expect(missing).toEqual(['setpriv', 'prlimit'])
    expect(confine({ command: '/bin/true', args: ['x'] }, { dataBytes: 1 })).toEqual({
      command: '/bin/true',
      args: ['x'],
    })
  })

  test('the service says so when it starts', async () => {
    const start = join(import.meta.dirname, '../support/check-without-limits.ts')

    const { stdout } = await promisify(execFile)(process.execPath, [start])

    expect(JSON.parse(stdout)).toEqual({ missingForLimits: ['setpriv', 'prlimit'] })
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
