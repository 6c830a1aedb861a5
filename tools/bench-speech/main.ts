/**
 * Speed and memory of scoring, decoding included, beside the floor of decoding alone in the same run.
 *   npm run bench:speech [-- --rounds N]
 * Speech is synthetic (the project's fixtures, one after the other with pauses between), as opus in webm.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'

const run = promisify(execFile)
const FIXTURES = new URL('../../fixtures/audio/', import.meta.url)
const CLIENT = new URL('client.ts', import.meta.url).pathname
const SENTENCES = [
  { file: 'iced-americano.webm', text: 'Can I get an iced americano, please?' },
  { file: 'train-to-seoul.webm', text: 'What time is the train to Seoul?' },
  { file: 'hot-latte.webm', text: 'A hot latte to go, please.' },
]
const LENGTHS_S = [3, 10, 60]
const CORES = [1, 2]

type Measured = {
  firstScoreMs: number
  wallMs: number
  cpuMs: number
  requests: { decodeMs: number; totalMs: number }[]
  peakMb: number
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } })
const directory = await mkdtemp(join(tmpdir(), 'malgil-bench-'))
console.log(
  ['audio', 'cores', 'p50 ms', 'p95 ms', 'decode p50', 'RTF/core', 'of floor', 'peak MB', 'first ms']
    .map((title) => title.padStart(11))
    .join(''),
)
for (const seconds of LENGTHS_S) {
  const { file, text } = await givenRecording(seconds)
  for (const cores of CORES) print(seconds, cores, await measure({ file, text, cores, seconds }))
}
await rm(directory, { recursive: true })

/** Whole sentences until the length is reached, each followed by half a second of silence. */
async function givenRecording(seconds: number): Promise<{ file: string; text: string }> {
  const durations = await Promise.all(SENTENCES.map(({ file }) => durationOf(file)))
  const chosen: (typeof SENTENCES)[number][] = []
  for (let total = 0; total < seconds - 0.5; ) {
    const at = chosen.length % SENTENCES.length
    const next = SENTENCES[at]
    if (!next) break
    chosen.push(next)
    total += durations[at] ?? 0
  }
  const file = join(directory, `${seconds}.webm`)
  const inputs = chosen.flatMap((sentence) => ['-i', new URL(sentence.file, FIXTURES).pathname])
  const joined = `concat=n=${chosen.length}:v=0:a=1,apad=whole_dur=${seconds},atrim=end=${seconds}`
  await run('ffmpeg', ['-v', 'error', ...inputs, '-filter_complex', joined, '-c:a', 'libopus', '-y', file])
  return { file, text: chosen.map((sentence) => sentence.text).join(' ') }
}

async function durationOf(name: string): Promise<number> {
  const path = new URL(name, FIXTURES).pathname
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'format=duration',
    '-of',
    'csv=p=0',
    path,
  ])
  return Number(stdout)
}

type Given = { file: string; text: string; cores: number; seconds: number }

/** One process bound to so many cores, with as many threads and requests at a time. */
async function measure({ file, text, cores, seconds }: Given): Promise<Measured> {
  const rounds = Math.max(3, Math.round((Number(values.rounds) * 10) / Math.max(10, seconds)))
  const bound = ['-c', cores === 1 ? '0' : `0-${cores - 1}`, process.execPath]
  const { stdout } = await run('taskset', [...bound, CLIENT, file, text, String(cores), String(rounds)])
  return JSON.parse(stdout)
}

function print(seconds: number, cores: number, measured: Measured): void {
  const totals = measured.requests.map(({ totalMs }) => totalMs)
  const decodes = measured.requests.map(({ decodeMs }) => decodeMs)
  const audioMs = seconds * 1_000 * totals.length
  const cells = [
    `${seconds} s`,
    cores,
    Math.round(quantile(totals, 0.5)),
    Math.round(quantile(totals, 0.95)),
    Math.round(quantile(decodes, 0.5)),
    ((measured.wallMs * cores) / audioMs).toFixed(3),
    `${(quantile(totals, 0.5) / quantile(decodes, 0.5)).toFixed(1)} x`,
    Math.round(measured.peakMb),
    Math.round(measured.firstScoreMs),
  ]
  console.log(cells.map((cell) => String(cell).padStart(11)).join(''))
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
