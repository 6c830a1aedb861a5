import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const CLI = join(import.meta.dirname, '../../src/app/cli.ts')

export type Finished = { exitCode: number | null; stdout: string; stderr: string }

type Environment = Record<string, string | undefined>

/** Settings of the surroundings must not reach a process under test. */
export function cleanEnvironment(env: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env
  return { PATH, HOME, TMPDIR, ...env } as NodeJS.ProcessEnv
}

/** A process that should have ended by itself does not outlive its test. */
const MAX_RUN_MS = 45_000

/** `malgil …` as a process of its own, to its end; `input` is all of its stdin. */
export async function runMalgil(args: string[], env: Environment = {}, input = ''): Promise<Finished> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: cleanEnvironment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: MAX_RUN_MS,
    killSignal: 'SIGKILL',
  })
  // One that never reads it may be gone already.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  await once(child, 'close')
  return { exitCode: child.exitCode, ...output }
}

export type ServeProcess = AsyncDisposable & {
  url: string
  pid: number
  kill: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>
}

/** `malgil serve` on a free port, once it says that it is ready. Ended when it is disposed. */
export async function startServe(env: Environment): Promise<ServeProcess> {
  const child = spawn(process.execPath, [CLI, 'serve'], {
    env: cleanEnvironment({ PORT: '0', MALGIL_SPEECH_THREADS: '1', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await readyUrl(child)
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'close')
    }
    return child.exitCode
  }
  return { url, pid: child.pid ?? 0, kill, [Symbol.asyncDispose]: async () => void (await kill('SIGKILL')) }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  if (!child.stdout) throw new Error('no stdout')
  for await (const line of createInterface({ input: child.stdout })) {
    const entry: { msg?: string; url?: string } = JSON.parse(line)
    if (entry.msg === 'malgil is ready' && entry.url) {
      child.stdout.resume()
      return entry.url
    }
    said += `${line}\n`
  }
  throw new Error(`malgil serve ended before it was ready:\n${said}`)
}
