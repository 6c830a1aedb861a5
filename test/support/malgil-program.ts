import type { Command } from 'commander'
import { createProgram, runProgram } from '#app/program.ts'
import { cleanEnvironment, type Finished } from './malgil-process.ts'

/**
 * `malgil …` in this process: the same words and exit code without a start of Node, which takes as long as the command.
 * One at a time, and not for what goes on until it is stopped, as `serve` does where nothing keeps it from starting.
 */
export async function callMalgil(args: string[], env: Record<string, string> = {}): Promise<Finished> {
  const output = { stdout: '', stderr: '' }
  const restore = [
    capture(process.stdout, (text) => {
      output.stdout += text
    }),
    capture(process.stderr, (text) => {
      output.stderr += text
    }),
    captureConsole(output),
    replaceEnvironment(cleanEnvironment(env)),
    ...SIGNALS.map(keepListeners),
  ]
  const umask = process.umask()
  process.exitCode = undefined
  try {
    const program = await createProgram(args[0])
    for (const command of allOf(program)) command.exitOverride()
    await runProgram(args, program)
    return { exitCode: Number(process.exitCode ?? 0), ...output }
  } finally {
    process.exitCode = undefined
    process.umask(umask)
    for (const undo of restore.toReversed()) undo()
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Those that a command adds would end this process. */
function keepListeners(signal: (typeof SIGNALS)[number]): () => void {
  const before = process.listeners(signal)
  return () => {
    for (const listener of process.listeners(signal))
      if (!before.includes(listener)) process.off(signal, listener)
  }
}

const allOf = (command: Command): Command[] => [command, ...command.commands.flatMap(allOf)]

function capture(stream: NodeJS.WriteStream, take: (text: string) => void): () => void {
  const { write } = stream
  stream.write = ((chunk: unknown) => {
    take(String(chunk))
    return true
  }) as typeof write
  return () => {
    stream.write = write
  }
}

/** Vitest's own console writes elsewhere. */
function captureConsole(output: { stdout: string; stderr: string }): () => void {
  const { log, error } = console
  console.log = (...parts: unknown[]) => {
    output.stdout += `${parts.join(' ')}\n`
  }
  console.error = (...parts: unknown[]) => {
    output.stderr += `${parts.join(' ')}\n`
  }
  return () => Object.assign(console, { log, error })
}

/** In place: what is not written in JavaScript reads it too. */
function replaceEnvironment(env: NodeJS.ProcessEnv): () => void {
  const before = { ...process.env }
  const set = (values: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) delete process.env[name]
    for (const [name, value] of Object.entries(values)) if (value !== undefined) process.env[name] = value
  }
  set(env)
  return () => set(before)
}
