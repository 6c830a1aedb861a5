/**
 * Loaded into a measured process before its own code (`--import`). Answers its parent's `measure` with what the process
 * has used so far, after a collection of garbage, and counts what it asks of the database.
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
  if (message !== 'measure') return
  globalThis.gc?.()
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
