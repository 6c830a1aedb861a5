import { spawn } from 'node:child_process'
import { findConfinement, type ProcessLimits } from './confinement.ts'
import { findProgram } from './find-program.ts'

export type BoundedProcess = {
  /** A name searched in PATH or a path. */
  command: string
  args: readonly string[]
  limits: ProcessLimits
  /** The whole environment of the process; empty when absent. */
  env?: NodeJS.ProcessEnv
  /** Answers false when it wants no more. */
  onStdout: (chunk: Uint8Array) => boolean
  maxStderrBytes: number
  wallClockMs: number
  signal?: AbortSignal | undefined
}

export type ProcessEnd = {
  exitCode: number | null
  /** The signal that ended it, ours or another's. */
  killedBy: NodeJS.Signals | null
  stderr: string
  /** Which limit made us kill it, if any. */
  stoppedFor?: StopReason
  /** The process could not be started. */
  startError?: Error
}

type StopReason = 'wall_clock' | 'stdout' | 'stderr' | 'abort'

const { confine, missing } = findConfinement()

/** What the limits of processes need and this machine lacks; empty where they are enforced. */
export const missingForLimits: readonly string[] = missing

/**
 * Runs a program without a shell, without input and with the given environment only; resolves when it is gone, whatever
 * happens to it. Where `missingForLimits` is empty, it also runs under `limits` and dies with this process.
 */
export function runBounded(input: BoundedProcess): Promise<ProcessEnd> {
  const { args, limits, env = {}, onStdout, maxStderrBytes, wallClockMs, signal } = input
  const program = findProgram(input.command)
  if (!program) return Promise.resolve(notFound(input.command))
  const confined = confine({ command: program, args }, limits)
  return new Promise((resolve) => {
    const child = spawn(confined.command, confined.args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const stderr: Buffer[] = []
    let stderrBytes = 0
    let stoppedFor: StopReason | undefined

    const stop = (reason: StopReason) => {
      stoppedFor ??= reason
      child.kill('SIGKILL')
    }
    const onAbort = () => stop('abort')
    const timer = setTimeout(() => stop('wall_clock'), wallClockMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()

    const settle = (end: Pick<ProcessEnd, 'exitCode' | 'killedBy' | 'startError'>) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      child.stdout.destroy()
      child.stderr.destroy()
      const text = Buffer.concat(stderr).toString('utf8')
      resolve({ ...end, stderr: text, ...(stoppedFor && { stoppedFor }) })
    }

    child.stdout.on('data', (chunk: Buffer) => {
      if (stoppedFor === undefined && !onStdout(chunk)) stop('stdout')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderrBytes += chunk.length
      if (stderrBytes <= maxStderrBytes) stderr.push(chunk)
      else stop('stderr')
    })
    child.on('error', (startError) => settle({ exitCode: null, killedBy: null, startError }))
    // 'close' comes after the last byte. A killed one may have left its pipes to a child and never close them.
    child.on('exit', (exitCode, killedBy) => {
      if (killedBy) settle({ exitCode, killedBy })
    })
    child.on('close', (exitCode, killedBy) => settle({ exitCode, killedBy }))
  })
}

function notFound(command: string): ProcessEnd {
  const startError = Object.assign(new Error(`${command} was not found`), { code: 'ENOENT' })
  return { exitCode: null, killedBy: null, stderr: '', startError }
}
