import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DecodeLimits, decodeAs, decodeAudio, ffmpegVersion } from '#engines/speech/decode.ts'
import { createSlots } from '#engines/speech/slots.ts'
import { sniffAudio } from '#engines/speech/sniff.ts'

const run = promisify(execFile)
const fixture = (name: string) => join(import.meta.dirname, '../../fixtures/audio', name)

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malgil-decode-'))
})
afterAll(() => rm(directory, { recursive: true }))

const limitsOf = (changes: Partial<DecodeLimits> = {}): DecodeLimits => ({
  maxSeconds: 120,
  wallClockMs: 20_000,
  cpuSeconds: 5,
  ffmpegPath: 'ffmpeg',
  slots: createSlots(2),
  ...changes,
})
const decode = (path: string, changes: Partial<DecodeLimits> = {}) =>
  decodeAudio(path, { limits: limitsOf(changes) })
const problem = (code: string) => expect.objectContaining({ code })

async function fileOf(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, bytes)
  return path
}

/** Sound made by ffmpeg itself: `source` is a lavfi graph, the rest are output options and the file name. */
async function made(source: string, ...output: string[]): Promise<string> {
  const path = join(directory, output.at(-1) ?? '')
  await run('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', source],
    ...output.slice(0, -1),
    path,
  ])
  return path
}

/** A stand-in for ffmpeg: a shell script. */
async function ffmpegThat(name: string, script: string): Promise<string> {
  const path = await fileOf(name, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

describe('accepted formats', () => {
  test.each([
    ['iced-americano.wav', 'audio/wav'],
    ['iced-americano.webm', 'audio/webm'],
    ['iced-americano.ogg', 'audio/ogg'],
    ['iced-americano.mp3', 'audio/mpeg'],
    ['iced-americano.m4a', 'audio/mp4'],
    ['iced-americano.flac', 'audio/flac'],
  ])('%s is the same 3.78 s of sound', async (name, contentType) => {
    const decoded = await decode(fixture(name))

    expect(decoded.contentType).toBe(contentType)
    expect(Math.abs(decoded.durationMs - 3_779)).toBeLessThanOrEqual(50)
    expect(decoded.samples.length / 16).toBeCloseTo(decoded.durationMs, -1)
    expect(decoded.samples.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test.each([
    ['24-bit.wav', ['-c:a', 'pcm_s24le']],
    ['float.wav', ['-c:a', 'pcm_f32le']],
    ['8-khz.wav', ['-ar', '8000']],
    ['96-khz.wav', ['-ar', '96000']],
    ['six-channels.wav', ['-ac', '6']],
    ['fragmented.mp4', ['-c:a', 'aac', '-ar', '44100', '-movflags', 'frag_keyframe+empty_moov']],
    ['amr.3gp', ['-c:a', 'aac', '-ar', '44100']],
    ['adts.aac', ['-c:a', 'aac', '-ar', '48000', '-f', 'adts']],
    ['live.mkv', ['-c:a', 'libopus', '-live', '1']],
    ['opus.ogg', ['-c:a', 'libopus']],
    ['flac.ogg', ['-c:a', 'flac']],
  ])('%s keeps its length within 50 ms', async (name, options) => {
    const path = await made('sine=frequency=300:duration=2', ...options, name)

    const { durationMs } = await decode(path)

    expect(Math.abs(durationMs - 2_000)).toBeLessThanOrEqual(50)
  })

  test('an mp3 with a large picture in front of the sound is an mp3', async () => {
    const sound = await readFile(fixture('iced-americano.mp3'))
    const picture = Buffer.concat([
      Buffer.from('APIC'),
      Buffer.from([0, 0, 0x40, 0, 0, 0]),
      Buffer.alloc(1_048_576),
    ])
    const bytes = picture.length
    const size = [bytes >> 21, (bytes >> 14) & 0x7f, (bytes >> 7) & 0x7f, bytes & 0x7f]
    const tagged = Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, 0, ...size]), picture, sound])

    const decoded = await decode(await fileOf('picture.mp3', tagged))

    expect(decoded.contentType).toBe('audio/mpeg')
    expect(Math.abs(decoded.durationMs - 3_779)).toBeLessThanOrEqual(50)
  })

  test('a wav whose recorder never filled in its size is whole', async () => {
    const bytes = Buffer.from(await readFile(fixture('iced-americano.wav')))
    bytes.writeUInt32LE(0xffffffff, bytes.indexOf('data') + 4)

    const { durationMs } = await decode(await fileOf('streamed.wav', bytes))

    expect(Math.abs(durationMs - 3_779)).toBeLessThanOrEqual(50)
  })

  test('the bytes decide, not the name, and a name like an option is a name', async () => {
    const webm = await readFile(fixture('iced-americano.webm'))

    await expect(decode(await fileOf('-i; rm -rf "$HOME".wav', webm))).resolves.toMatchObject({
      contentType: 'audio/webm',
    })
    await fileOf('-i', webm)
    await expect(decode(join(directory, '-i'))).resolves.toMatchObject({ contentType: 'audio/webm' })
  })

  test('samples beyond full scale are limited and what is no number is silence', async () => {
    const path = await made(
      'sine=frequency=300:duration=1',
      '-af',
      'volume=40dB',
      '-c:a',
      'pcm_f32le',
      'loud.wav',
    )
    const bytes = Buffer.from(await readFile(path))
    bytes.writeFloatLE(Number.NaN, bytes.indexOf('data') + 8)
    await writeFile(path, bytes)

    const { samples } = await decode(path)

    expect(Math.max(...samples)).toBe(1)
    expect(Math.min(...samples)).toBe(-1)
    expect(samples.every((sample) => Number.isFinite(sample))).toBe(true)
  })
})

describe('bad input', () => {
  test('nothing at all', async () => {
    await expect(decode(await fileOf('nothing.webm', ''))).rejects.toEqual(problem('audio.empty'))
  })

  test.each([
    ['a picture named .wav', 'picture.wav'],
    ['an HLS playlist named .webm', 'playlist.webm'],
    ['a concat script named .m4a', 'concat.m4a'],
  ])('%s is not audio', async (_, name) => {
    await expect(decode(fixture(name))).rejects.toEqual(problem('audio.unsupported_type'))
  })

  test.each([
    ['text', 'hello, this is a text and no sound at all'],
    ['SDP', 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=audio 5004 RTP/AVP 0\n'],
    ['a zip named .m4a', Buffer.from('504b0304140000000800', 'hex')],
    ['random bytes', Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7_919 + 13) % 251))],
  ])('%s is not audio', async (_, bytes) => {
    await expect(decode(await fileOf('upload.m4a', bytes))).rejects.toEqual(problem('audio.unsupported_type'))
  })

  test.each([0.1, 0.5, 0.97])('every format cut off at %d of its length is refused', async (share) => {
    const names = ['webm', 'ogg', 'm4a', 'wav', 'flac'].map((ending) => `iced-americano.${ending}`)
    for (const name of names) {
      const whole = await readFile(fixture(name))
      const path = await fileOf(`cut-${name}`, whole.subarray(0, Math.round(whole.length * share)))
      await expect(decode(path), name).rejects.toMatchObject({
        kind: 'unprocessable',
        // What is left of the beginning may be less than one frame.
        code: expect.stringMatching(share < 0.2 ? /audio\.(truncated|unreadable)/ : /audio\.truncated/),
      })
    }
  })

  test('the truncated webm among the fixtures', async () => {
    await expect(decode(fixture('truncated.webm'))).rejects.toEqual(problem('audio.truncated'))
  })

  test('a wav header without sound, and a container without a track', async () => {
    const wav = await readFile(fixture('iced-americano.wav'))
    const header = Buffer.from(wav.subarray(0, wav.indexOf('data') + 8))
    header.writeUInt32LE(0, header.length - 4)
    const video = await made('color=c=red:s=64x64:d=1', '-c:v', 'libvpx', 'silent-film.webm')

    await expect(decode(await fileOf('header.wav', header))).rejects.toEqual(problem('audio.unreadable'))
    await expect(decode(video)).rejects.toEqual(problem('audio.unreadable'))
  })

  test('200 ms are too short, and the limit is named', async () => {
    await expect(decode(fixture('200-ms.wav'))).rejects.toMatchObject({
      code: 'audio.too_short',
      message: expect.stringContaining('300 ms'),
    })
  })

  test('30 minutes are too long', async () => {
    const path = await made('anullsrc=r=16000:cl=mono', '-t', '1800', '-c:a', 'flac', 'half-an-hour.flac')
    await expect(decode(path)).rejects.toMatchObject({
      code: 'audio.too_long',
      message: expect.stringContaining('120 s'),
    })
  })

  test('exactly the limit is accepted', async () => {
    const path = await made('sine=frequency=300:duration=3', '-c:a', 'pcm_s16le', 'three-seconds.wav')

    await expect(decode(path, { maxSeconds: 3 })).resolves.toMatchObject({ durationMs: 3_000 })
    await expect(decode(path, { maxSeconds: 2 })).rejects.toEqual(problem('audio.too_long'))
  })

  test('a wav that claims 4 GB, 255 channels or one sample a second does no harm', async () => {
    const wav = await readFile(fixture('iced-americano.wav'))
    const changed = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(wav)
      change(bytes)
      return bytes
    }
    const cases = [
      changed((bytes) => bytes.writeUInt32LE(0xfffffff0, bytes.indexOf('data') + 4)),
      changed((bytes) => bytes.writeUInt16LE(255, bytes.indexOf('fmt ') + 10)),
      changed((bytes) => bytes.writeUInt32LE(1, bytes.indexOf('fmt ') + 12)),
    ]
    for (const [index, bytes] of cases.entries()) {
      await expect(decode(await fileOf(`odd-${index}.wav`, bytes))).rejects.toMatchObject({
        kind: 'unprocessable',
      })
    }
  })

  test('flipped bits end in sound or in a problem, never in a crash', async () => {
    const webm = await readFile(fixture('iced-americano.webm'))
    let state = 42
    const next = (below: number) => {
      state = (state * 16_807) % 2_147_483_647
      return state % below
    }
    for (let round = 0; round < 12; round += 1) {
      const bytes = Buffer.from(webm)
      for (let flip = 0; flip < 20; flip += 1) {
        const at = next(bytes.length)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8))
      }
      const outcome = await decode(await fileOf('flipped.webm', bytes)).catch((error: unknown) => error)
      expect(outcome).toSatisfy(
        (value: { samples?: Float32Array; code?: string }) =>
          value.samples !== undefined || value.code?.startsWith('audio.') === true,
      )
    }
    await expect(decode(fixture('no-sugar.ogg'))).resolves.toMatchObject({ contentType: 'audio/ogg' })
  })
})

describe('files that name other files (faults.md D2)', () => {
  const formats = ['matroska', 'mov', 'mp3', 'ogg', 'wav', 'flac', 'aac']

  async function withCanary(use: (url: string) => Promise<void>): Promise<number> {
    let hits = 0
    const server = createServer((_, response) => {
      hits += 1
      response.end()
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/secret.mp3`)
    await new Promise((closed) => server.close(closed))
    return hits
  }

  test('neither sniffing nor any forced demuxer opens what a script names', async () => {
    const victim = await fileOf('victim.mp3', await readFile(fixture('iced-americano.mp3')))

    const hits = await withCanary(async (url) => {
      const scripts = [victim, 'victim.mp3', `file://${victim}`, url, `concat:${victim}`].flatMap(
        (target) => [
          `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${target}\n#EXT-X-ENDLIST\n`,
          `ffconcat version 1.0\nfile '${target}'\n`,
        ],
      )
      for (const [index, script] of scripts.entries()) {
        const path = await fileOf(`script-${index}.webm`, script)
        await expect(decode(path)).rejects.toEqual(problem('audio.unsupported_type'))
        for (const ffmpegFormat of formats) {
          const bypassed = decodeAs({ contentType: 'audio/webm', ffmpegFormat }, path, { limits: limitsOf() })
          await expect(bypassed).rejects.toMatchObject({ kind: 'unprocessable' })
        }
      }
    })

    expect(hits).toBe(0)
  })

  test('a demuxer that follows names is not reachable, though plain ffmpeg follows them', async () => {
    await fileOf('victim.mp3', await readFile(fixture('iced-americano.mp3')))
    const path = await fileOf('script.m4a', 'ffconcat version 1.0\nfile victim.mp3\n')
    const plain = await run('ffmpeg', ['-v', 'error', '-i', path, '-f', 'f32le', '-'], {
      encoding: 'buffer',
      maxBuffer: 16_777_216,
    })
    // The danger is real: without our options the victim's sound comes out.
    expect(plain.stdout.length).toBeGreaterThan(100_000)

    await expect(decode(path)).rejects.toEqual(problem('audio.unsupported_type'))
  })

  test('a path with a protocol in it is a file name', async () => {
    await expect(decode('concat:/etc/passwd|/etc/hosts')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(
      decodeAs({ contentType: 'audio/wav', ffmpegFormat: 'wav' }, 'http://127.0.0.1:9/', {
        limits: limitsOf(),
      }),
    ).rejects.toEqual(problem('audio.unreadable'))
  })
})

describe('the ffmpeg process', () => {
  test('a clip costs one process', async () => {
    const counter = join(directory, 'calls')
    const ffmpegPath = await ffmpegThat('counting', `echo run >> '${counter}'; exec ffmpeg "$@"`)

    await decode(fixture('iced-americano.webm'), { ffmpegPath })
    await decode(fixture('iced-americano.webm'), { ffmpegPath })

    expect((await readFile(counter, 'utf8')).split('\n')).toHaveLength(3)
  })

  test('no more run at once than there are slots', async () => {
    const log = join(directory, 'overlap')
    const ffmpegPath = await ffmpegThat('overlapping', `echo + >> '${log}'; ffmpeg "$@"; echo - >> '${log}'`)
    const slots = createSlots(2)

    await Promise.all(Array.from({ length: 6 }, () => decode(fixture('no-sugar.ogg'), { ffmpegPath, slots })))

    const steps = (await readFile(log, 'utf8')).trim().split('\n')
    const running = steps.map((_, index) =>
      steps.slice(0, index + 1).reduce((sum, step) => sum + (step === '+' ? 1 : -1), 0),
    )
    expect(steps).toHaveLength(12)
    expect(Math.max(...running)).toBe(2)
  })

  test('when it is missing the message says how to get it', async () => {
    const missing = expect.objectContaining({
      kind: 'unavailable',
      code: 'speech.ffmpeg_missing',
      message: expect.stringContaining('apt-get install ffmpeg'),
    })

    await expect(ffmpegVersion(join(directory, 'no-such-ffmpeg'))).rejects.toEqual(missing)
    await expect(
      decode(fixture('no-sugar.ogg'), { ffmpegPath: join(directory, 'no-such-ffmpeg') }),
    ).rejects.toEqual(missing)
    await expect(ffmpegVersion()).resolves.toMatch(/^ffmpeg version /)
    await expect(decode(fixture('no-sugar.ogg'))).resolves.toMatchObject({ contentType: 'audio/ogg' })
  })

  test.each([
    ['hangs', 'exec sleep 60', 'audio.decode_timed_out'],
    ['stops itself', 'kill -STOP $$; sleep 60', 'audio.decode_timed_out'],
    ['floods stderr', 'yes flood | tr -d "\\n" >&2', 'audio.unreadable'],
    ['floods stdout', 'cat /dev/zero', 'audio.too_long'],
    ['ends well with nothing', 'exit 0', 'audio.unreadable'],
    ['is killed', 'kill -KILL $$', 'speech.decoder_died'],
  ])('one that %s is answered and gone', async (name, script, code) => {
    const pidFile = join(directory, `${name.replaceAll(' ', '-')}.pid`)
    const ffmpegPath = await ffmpegThat(name.replaceAll(' ', '-'), `echo $$ > '${pidFile}'\n${script}`)

    await expect(decode(fixture('no-sugar.ogg'), { ffmpegPath, wallClockMs: 1_500 })).rejects.toEqual(
      problem(code),
    )

    const pid = Number(await readFile(pidFile, 'utf8'))
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  test('a caller who leaves stops it', async () => {
    const pidFile = join(directory, 'left.pid')
    const ffmpegPath = await ffmpegThat('left', `echo $$ > '${pidFile}'\nexec sleep 60`)
    const leaving = new AbortController()
    const decoding = decodeAudio(fixture('no-sugar.ogg'), {
      limits: limitsOf({ ffmpegPath }),
      signal: leaving.signal,
    })
    await expect.poll(() => readFile(pidFile, 'utf8').catch(() => '')).toMatch(/\d/)

    leaving.abort()

    await expect(decoding).rejects.toMatchObject({ name: 'AbortError' })
    const pid = Number(await readFile(pidFile, 'utf8'))
    await expect.poll(() => isAlive(pid)).toBe(false)
  })
})

test('sniffing names the demuxer', async () => {
  await expect(sniffAudio(fixture('iced-americano.m4a'))).resolves.toEqual({
    contentType: 'audio/mp4',
    ffmpegFormat: 'mov',
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
