/**
 * Loaded into a measured process before its own code (`--import`). Answers its parent's `measure` with what the process
 * has used so far, and `weigh` with the same after a collection of garbage; counts what it asks of the database. To collect
 * is for weighing alone: it costs time, and the engine compiles again what was compiled for objects that are gone.
 */
import { countCommits } from './count-commits.ts'

export type Probed = {
  cpuMs: number
  rssKb: number
  heapKb: number
  statements: number
  commits: number
}

const counted = countCommits()

process.on('message', (message) => {
  if (message !== 'measure' && message !== 'weigh') return
  if (message === 'weigh') globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({
    cpuMs: (user + system) / 1_000,
    rssKb: rss / 1_024,
    heapKb: (heapUsed + external) / 1_024,
    statements: counted.statements,
    commits: counted.commits.length,
  })
})
// A channel to the parent alone keeps no process alive.
process.channel?.unref()
