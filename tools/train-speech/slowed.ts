import { spawn } from 'node:child_process'
import { once } from 'node:events'

const RAW = ['-f', 's16le', '-ar', '16000', '-ac', '1']

/** The same voice at another tempo (below 1: slower), pitch unchanged. */
export async function slowed(samples: Float32Array, tempo: number): Promise<Float32Array> {
  const filter = ['-af', `atempo=${tempo.toFixed(3)}`]
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', ...RAW, '-i', '-', ...filter, ...RAW, '-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const chunks: Buffer[] = []
  ffmpeg.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  ffmpeg.stdin.end(Buffer.from(Int16Array.from(samples, (sample) => Math.round(sample * 32_767)).buffer))
  const [code] = await once(ffmpeg, 'close')
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`)
  const bytes = Buffer.concat(chunks)
  return Float32Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(2 * at) / 32_767)
}
