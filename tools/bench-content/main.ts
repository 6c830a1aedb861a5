/**
 * How long `malgil content check` takes on a thousand files: `npm run bench:content [-- --rounds N --files N]`.
 * Product and floors run in turn, each in a fresh process, on copies of this checkout's content in a temporary folder. A
 * floor only reads the same files and gives them to a parser: `js-yaml`, which reads sound files in the product, or `yaml`,
 * which places faults and would take its time with every file. Exits 1 when the median is over the limit.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeContent } from './make-content.ts'

const LIMIT_S = 2
const ROOT = join(import.meta.dirname, '../..')

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, files: { type: 'string', default: '1000' } },
})
const rounds = Number(values.rounds)
const { root, files, bytes } = makeContent(ROOT, Number(values.files))
try {
  const check = ['src/app/main.js', 'content', 'check', root]
  const floor = (parser: string) => ['tools/bench-content/floor.ts', root, parser]
  console.log(`${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${rounds} rounds, each in a fresh process`)
  const measured = Array.from({ length: rounds }, () => ({
    check: run(check),
    floor: run(floor('js-yaml')),
    slowFloor: run(floor('yaml')),
  }))
  const checks = measured.map((round) => round.check)
  print('content check', checks)
  printFloor('read + js-yaml', { checks, floors: measured.map((round) => round.floor) })
  printFloor('read + yaml', { checks, floors: measured.map((round) => round.slowFloor) })
  if (medianOf(checks, 'wallS') > LIMIT_S) {
    console.error(`The check took more than ${LIMIT_S} s by the clock`)
    process.exitCode = 1
  }
} finally {
  rmSync(root, { recursive: true })
}

/** Seconds from the start of the process to its end, and of CPU that it used, start-up and all threads included. */
type Run = { wallS: number; cpuS: number }

function run(command: readonly string[]): Run {
  const startedAtMs = performance.now()
  const withReport = ['--import', './tools/bench-content/report-cpu.js', ...command]
  const { status, stdout, stderr } = spawnSync(process.execPath, withReport, { cwd: ROOT, encoding: 'utf8' })
  const wallS = (performance.now() - startedAtMs) / 1000
  if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stdout}${stderr}`)
  return { wallS, cpuS: Number(/^cpu (.+)$/m.exec(stderr)?.[1]) }
}

function medianOf(runs: readonly Run[], kind: keyof Run): number {
  const sorted = runs.map((each) => each[kind]).toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function printFloor(name: string, { checks, floors }: Record<'checks' | 'floors', readonly Run[]>): void {
  print(`floor: ${name}`, floors)
  const ratio = (kind: keyof Run) => (medianOf(checks, kind) / medianOf(floors, kind)).toFixed(2)
  console.log(`${'  times the floor'.padEnd(24)} ${ratio('wallS')} by the clock, ${ratio('cpuS')} of CPU`)
}

function print(name: string, runs: readonly Run[]): void {
  const range = (kind: keyof Run) => {
    const all = runs.map((each) => each[kind])
    return `${medianOf(runs, kind).toFixed(2)} s (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)})`
  }
  console.log(`${name.padEnd(24)} ${range('wallS')} by the clock, ${range('cpuS')} of CPU`)
}
