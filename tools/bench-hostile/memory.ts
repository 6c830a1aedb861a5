import { readdirSync, readFileSync } from 'node:fs'

const SAMPLE_EVERY_MS = 3

/** Resident memory of a process and all of its descendants, in MB, as Linux reports it; shared pages count in each. */
export function treeMemoryMb(pid: number): number {
  return [pid, ...descendantsOf(pid)].reduce((sum, id) => sum + residentMb(id), 0)
}

/** Follows the memory of a process tree until it is stopped; `stop` returns the largest value seen. */
export function watchMemory(pid: number): { stop: () => number } {
  let peakMb = treeMemoryMb(pid)
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, treeMemoryMb(pid))
  }, SAMPLE_EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return peakMb
    },
  }
}

function descendantsOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
  return children.flatMap((child) => [child, ...safely(() => descendantsOf(child), [])])
}

function residentMb(pid: number): number {
  const [, kb = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`)) ?? []
  return Number(kb) / 1_024
}

/** A process may end while it is looked at. */
const read = (path: string) => safely(() => readFileSync(path, 'utf8'), '')

function safely<Value>(work: () => Value, otherwise: Value): Value {
  try {
    return work()
  } catch {
    return otherwise
  }
}
