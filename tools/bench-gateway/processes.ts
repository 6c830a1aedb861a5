import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Probed } from './probe.ts'

const PROBE = new URL('probe.ts', import.meta.url).href
export const CLI = new URL('../../src/app/cli.ts', import.meta.url).pathname

/** `weigh` is `measure` after a collection of garbage: for memory. */
export type Running = {
  url: string
  measure: () => Promise<Probed>
  weigh: () => Promise<Probed>
  stop: () => Promise<void>
}

/** A file of this folder as a process, which tells its port. */
export async function startPart(file: string, args: string[] = []): Promise<Running> {
  const child = fork(new URL(file, import.meta.url), args, { execArgv: ['--expose-gc', '--import', PROBE] })
  const [told]: unknown[] = await once(child, 'message')
  const port = typeof told === 'object' && told !== null ? Reflect.get(told, 'port') : undefined
  return running(`http://127.0.0.1:${String(port)}`, child)
}

/** `malgil serve`, once it is ready. Logs as in production, to nowhere. */
export async function startService(env: Record<string, string>): Promise<Running> {
  const port = await freePort()
  const { PATH, HOME } = process.env
  const child = fork(CLI, ['serve'], {
    execArgv: ['--expose-gc', '--import', PROBE],
    env: { PATH, HOME, PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error('malgil serve ended before it was ready')
    await wait(100)
  }
  return running(url, child)
}

const isReady = (url: string) =>
  fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )

const running = (url: string, child: ChildProcess): Running => ({
  url,
  measure: () => ask(child, 'measure'),
  weigh: () => ask(child, 'weigh'),
  stop: () => stop(child),
})

async function ask(child: ChildProcess, what: 'measure' | 'weigh'): Promise<Probed> {
  child.send(what)
  const [probed] = await once(child, 'message')
  return probed
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || !address) throw new Error('There is no free port')
  return address.port
}
