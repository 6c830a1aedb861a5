import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { declaresTooMuch } from '#engines/speech/declared-samples.ts'
import { decodeAs, decodeAudio } from '#engines/speech/decode.ts'
import { createSpeechEngine } from '#engines/speech/engine.ts'
import { createSlots } from '#engines/speech/slots.ts'
import { mp4Bomb } from '../support/mp4-bombs.ts'
import { FIXTURE_AUDIO } from '../support/test-client.ts'

const run = promisify(execFile)
const MP4 = { contentType: 'audio/mp4', ffmpegFormat: 'mov' }
const limits = {
  maxSeconds: 120,
  wallClockMs: 20_000,
  cpuSeconds: 5,
  ffmpegPath: 'ffmpeg',
  slots: createSlots(2),
}

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malgil-hostile-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function fileOf(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, bytes)
  return path
}

/** An output of ffmpeg from a lavfi source. */
async function made(source: string, ...output: string[]): Promise<string> {
  const path = join(directory, output.at(-1) ?? '')
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...output.slice(0, -1), path])
  return path
}

describe('an MP4 that declares more samples than it holds (faults.md D6)', () => {
  const bombs = (['stsz', 'trun'] as const).flatMap((kind) =>
    [1, 2, 12].flatMap((tracks) =>
      [80_000_000, 1_000_000, 0xffffffff].map((samples) => ({ kind, tracks, samples })),
    ),
  )

  test.each(bombs)(
    '$kind with $tracks tracks of $samples samples is refused before ffmpeg sees it',
    async (bomb) => {
      const path = await fileOf('bomb.m4a', mp4Bomb(bomb))

      await expect(declaresTooMuch(path)).resolves.toBe(true)
      await expect(
        decodeAudio(path, { limits: { ...limits, ffmpegPath: '/nowhere/ffmpeg' } }),
      ).rejects.toMatchObject({
        kind: 'unprocessable',
        code: 'audio.unreadable',
      })
    },
  )

  test.each(['stsz', 'trun'] as const)(
    '%s that reached ffmpeg is stopped by the limit of memory',
    async (kind) => {
      const path = await fileOf('bomb.m4a', mp4Bomb({ kind, tracks: 12, samples: 80_000_000 }))

      await expect(decodeAs(MP4, path, { limits })).rejects.toMatchObject({
        kind: 'unprocessable',
        code: 'audio.unreadable',
      })
    },
  )

  test('a table that does not fit into its box, too many edits and too many boxes are found as well', async () => {
    const whole = await readFile(join(FIXTURE_AUDIO, 'iced-americano.m4a'))
    const withCount = (type: string, count: number) => {
      const bytes = Buffer.from(whole)
      bytes.writeUInt32BE(count, bytes.indexOf(type) + 8)
      return bytes
    }
    for (const type of ['stts', 'stsc', 'stco']) {
      await expect(
        declaresTooMuch(await fileOf('table.m4a', withCount(type, 1_000_000))),
        type,
      ).resolves.toBe(true)
    }
    const edits = Buffer.from(whole)
    edits.writeUInt32BE(1_000_000, edits.indexOf('elst') + 8)
    await expect(declaresTooMuch(await fileOf('edits.m4a', edits))).resolves.toBe(true)
    const empty = Buffer.from('00000008trak'.replace('00000008', '\0\0\0\x08'), 'latin1')
    await expect(
      declaresTooMuch(await fileOf('boxes.m4a', Buffer.concat(Array.from({ length: 25_000 }, () => empty)))),
    ).resolves.toBe(true)
  })

  test('no honest recording is taken for one', async () => {
    const files = [
      join(FIXTURE_AUDIO, 'iced-americano.m4a'),
      await made('sine=duration=120', '-c:a', 'aac', '-b:a', '16k', 'long.m4a'),
      await made(
        'sine=duration=60',
        '-c:a',
        'aac',
        '-movflags',
        'frag_keyframe+empty_moov',
        '-frag_duration',
        '100000',
        'frag.mp4',
      ),
      await made('sine=duration=60', '-c:a', 'pcm_u8', 'eight-bit.mov'),
      await made('sine=duration=60', '-c:a', 'adpcm_ima_qt', 'old.mov'),
      await made('sine=duration=2', '-c:a', 'aac', '-ar', '8000', '-ac', '1', 'phone.3gp'),
    ]
    for (const file of files) await expect(declaresTooMuch(file), file).resolves.toBe(false)
  })
})

describe('sound that costs far more than its bytes', () => {
  test('two minutes of 192 kHz and 8 channels in a few kilobytes are decoded within the limit, or refused for good (faults.md D6)', async () => {
    const path = await made('anullsrc=r=192000:cl=7.1:d=119', '-c:a', 'flac', 'wide.flac')

    const decoded = await decodeAudio(path, { limits })
    expect(decoded.durationMs).toBe(119_000)
    await expect(decodeAudio(path, { limits: { ...limits, cpuSeconds: 0 } })).rejects.toMatchObject({
      kind: 'unprocessable',
      code: 'audio.too_complex',
    })
  })

  test('digital silence is no speech before any model hears it, also with an offset', async () => {
    const engine = createSpeechEngine({ threads: 1 })
    const samples = new Float32Array(16_000 * 119).fill(0.25)

    await expect(engine.assess({ samples, text: 'Hello there' })).rejects.toMatchObject({
      code: 'audio.no_speech',
    })
    await expect(engine.match({ samples, candidates: ['Hello'] })).rejects.toMatchObject({
      code: 'audio.no_speech',
    })
    await engine.close()
  })
})

describe('a decoder that ends badly (faults.md D13)', () => {
  test.each([
    ['SEGV', 'audio.unreadable', 'unprocessable'],
    ['ABRT', 'audio.unreadable', 'unprocessable'],
    ['FPE', 'audio.unreadable', 'unprocessable'],
    ['XCPU', 'audio.too_complex', 'unprocessable'],
    ['KILL', 'speech.decoder_died', 'unavailable'],
    ['TERM', 'speech.decoder_died', 'unavailable'],
  ])('by SIG%s is %s', async (signal, code, kind) => {
    const ffmpegPath = await fileOf(`ends-by-${signal}`, `#!/bin/sh\nkill -${signal} $$\n`)
    await run('chmod', ['755', ffmpegPath])

    await expect(
      decodeAudio(join(FIXTURE_AUDIO, 'no-sugar.ogg'), { limits: { ...limits, ffmpegPath } }),
    ).rejects.toMatchObject({ code, kind, suspectsInput: kind === 'unavailable' })
  })
})
