/**
 * One process with the speech engine, asked again and again: node tools/bench-speech/client.ts FILE TEXT THREADS ROUNDS
 * Prints one line of JSON: times in ms of the first score since the start of the process, of each request and of its
 * decoding, and the peak memory.
 */
import { createSpeechEngine } from '#engines/speech/engine.ts'

const [file = '', text = '', threads = '1', rounds = '10'] = process.argv.slice(2)
const engine = createSpeechEngine({ threads: Number(threads) })

async function request(): Promise<{ decodeMs: number; totalMs: number }> {
  const started = performance.now()
  const { samples } = await engine.decode(file)
  const decodeMs = performance.now() - started
  const { scores } = await engine.assess({ samples, text })
  if (scores.overall === null) throw new Error('The benchmark measured a recording without scores')
  return { decodeMs, totalMs: performance.now() - started }
}

await request()
// The clock of `performance` starts with the process.
const firstScoreMs = performance.now()
// The other thread loads its model here.
await Promise.all(Array.from({ length: Number(threads) }, request))
const started = performance.now()
const cpu = process.cpuUsage()
const requests: { decodeMs: number; totalMs: number }[] = []
for (let round = 0; round < Number(rounds); round += 1) {
  requests.push(...(await Promise.all(Array.from({ length: Number(threads) }, request))))
}
const { user, system } = process.cpuUsage(cpu)
console.log(
  JSON.stringify({
    firstScoreMs,
    wallMs: performance.now() - started,
    // Without ffmpeg, which is a process of its own.
    cpuMs: (user + system) / 1_000,
    requests,
    peakMb: process.resourceUsage().maxRSS / 1_024,
  }),
)
await engine.close()
