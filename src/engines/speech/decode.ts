import { resolve } from 'node:path'
import ffmpeg from 'fluent-ffmpeg'
import type { ProcessLimits } from '#platform/child-process/confinement.ts'
import { type ProcessEnd, runBounded } from '#platform/child-process/run-bounded.ts'
import { isCutOff } from './container-end.ts'
import { declaresTooMuch } from './declared-samples.ts'
import { faultOfDecoded, faultOfFailure } from './decode-verdict.ts'
import {
  audioDecodeTimedOut,
  audioTooComplex,
  audioTooLong,
  audioTruncated,
  audioUnreadable,
  decoderDied,
  ffmpegMissing,
} from './errors.ts'
import { createPcmBuffer } from './pcm-buffer.ts'
import { SAMPLE_RATE_HZ } from './sample-rate.ts'
import type { Slots } from './slots.ts'
import { type SniffedAudio, sniffAudio } from './sniff.ts'
import type { DecodedAudio } from './speech-engine.ts'

// fluent-ffmpeg is archived by its author; this file is the only one that knows it. It writes the command line. We run
// it ourselves: its runner throws outside of any promise when the process cannot be started, which ends the service,
// collects stderr without a limit, and asks ffmpeg for its formats and encoders first.

/** One second more than allowed is decoded, which tells a file that is too long from one that just fits. */
const EXTRA_SECONDS = 1
/** A file may carry any amount of text in its tags, all of which ffmpeg prints. */
const MAX_STDERR_BYTES = 262_144
const VERSION_TIMEOUT_MS = 10_000

const MIB = 1024 * 1024
/**
 * ffmpeg 5 and 7 decode every accepted format with 48 MiB of data and map 280 to 400 MiB of libraries; a crafted file
 * makes it allocate gigabytes. It writes to a pipe, so it needs no file.
 */
const MEMORY_LIMITS: ProcessLimits = {
  dataBytes: 160 * MIB,
  addressSpaceBytes: 1024 * MIB,
  stackBytes: 2 * MIB,
  fileBytes: MIB,
}
/** For one block of memory; ffmpeg itself refuses more, also where the kernel's limits are not to be had. */
const MAX_BLOCK_BYTES = 64 * MIB
/** What ffmpeg says at the soft limit of computing time, which it catches, before it exits with 255. */
const CPU_LIMIT_REACHED = /received signal 24\b/
/** A program that crashes crashes on the same file again; only these come from outside. */
const SIGNALS_FROM_OUTSIDE = new Set<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])

export type DecodeLimits = {
  maxSeconds: number
  /** From the start of ffmpeg to its end. */
  wallClockMs: number
  /** Computing time of ffmpeg; a file that needs more is refused for good. */
  cpuSeconds: number
  /** A name searched in PATH or a path. */
  ffmpegPath: string
  /** Shared by all decodes of the process: ffmpeg gains nothing from running more often than there are cores. */
  slots: Slots
}

type DecodeOptions = { limits: DecodeLimits; signal?: AbortSignal | undefined }

/** Reads an audio file of any accepted type to 16 kHz mono, with one ffmpeg process. */
export async function decodeAudio(path: string, options: DecodeOptions): Promise<DecodedAudio> {
  const sniffed = await sniffAudio(path)
  if (await isCutOff(path, sniffed.ffmpegFormat)) throw audioTruncated()
  if (sniffed.ffmpegFormat === 'mov' && (await declaresTooMuch(path))) throw audioUnreadable()
  return decodeAs(sniffed, path, options)
}

/** Decodes with the given demuxer whatever the bytes are. */
export async function decodeAs(
  { contentType, ffmpegFormat }: SniffedAudio,
  path: string,
  { limits, signal }: DecodeOptions,
): Promise<DecodedAudio> {
  const pcm = createPcmBuffer((limits.maxSeconds + EXTRA_SECONDS) * SAMPLE_RATE_HZ * 4)
  const end = await limits.slots.run(async () => {
    signal?.throwIfAborted()
    return runBounded({
      command: limits.ffmpegPath,
      args: commandLine({ path, ffmpegFormat, limits }),
      limits: { ...MEMORY_LIMITS, cpuSeconds: limits.cpuSeconds },
      onStdout: pcm.add,
      maxStderrBytes: MAX_STDERR_BYTES,
      wallClockMs: limits.wallClockMs,
      signal,
    })
  })
  signal?.throwIfAborted()
  const failure = failureOf(end, limits)
  if (failure) throw failure

  const samples = pcm.toSamples()
  const durationMs = Math.round((samples.length / SAMPLE_RATE_HZ) * 1_000)
  const fault = faultOfDecoded({ durationMs, stderr: end.stderr, maxSeconds: limits.maxSeconds })
  if (fault) throw fault
  return { samples, durationMs, contentType }
}

/** The first line of `ffmpeg -version`; throws `speech.ffmpeg_missing` with an instruction when there is none. */
export async function ffmpegVersion(ffmpegPath = 'ffmpeg'): Promise<string> {
  const chunks: Uint8Array[] = []
  const { exitCode, startError, stderr } = await runBounded({
    command: ffmpegPath,
    args: ['-hide_banner', '-version'],
    limits: MEMORY_LIMITS,
    onStdout: (chunk) => chunks.push(chunk) > 0,
    maxStderrBytes: MAX_STDERR_BYTES,
    wallClockMs: VERSION_TIMEOUT_MS,
  })
  if (exitCode !== 0) throw ffmpegMissing(startError ?? new Error(stderr))
  return Buffer.concat(chunks).toString('utf8').split('\n', 1)[0] ?? ''
}

type CommandInput = { path: string; ffmpegFormat: string; limits: DecodeLimits }

function commandLine({ path, ffmpegFormat, limits }: CommandInput): string[] {
  const command = ffmpeg()
    // With the protocol spelled out, neither "-x" nor "concat:…" in a path is anything but a file name.
    .input(`file:${resolve(path)}`)
    .inputOptions('-hide_banner', '-nostats', '-nostdin')
    .inputOptions('-loglevel', 'info', '-timelimit', String(limits.cpuSeconds))
    .inputOptions('-max_alloc', String(MAX_BLOCK_BYTES))
    // A playlist named .webm would otherwise be followed to the files and servers it names.
    .inputOptions('-f', ffmpegFormat, '-format_whitelist', ffmpegFormat, '-protocol_whitelist', 'file')
    .inputOptions('-threads', '1', '-vn', '-sn', '-dn', '-t', String(limits.maxSeconds + EXTRA_SECONDS))
    .noVideo()
    .audioCodec('pcm_f32le')
    .audioChannels(1)
    .audioFrequency(SAMPLE_RATE_HZ)
    .format('f32le')
    .outputOptions('-sn', '-dn', '-map_metadata', '-1', '-threads', '1')
    .output('pipe:1')
  // The version is pinned and final, so its own method for this is as good as a public one.
  const args: unknown = Reflect.get(command, '_getArguments').call(command)
  if (!Array.isArray(args)) throw new TypeError('fluent-ffmpeg wrote no command line')
  return args.map(String)
}

function failureOf({ exitCode, killedBy, startError, stoppedFor, stderr }: ProcessEnd, limits: DecodeLimits) {
  if (startError) return isMissing(startError) ? ffmpegMissing(startError) : decoderDied(startError)
  if (stoppedFor === 'wall_clock') return audioDecodeTimedOut()
  if (stoppedFor === 'stdout') return audioTooLong(limits.maxSeconds)
  if (stoppedFor === 'stderr') return audioUnreadable()
  if (killedBy === 'SIGXCPU' || CPU_LIMIT_REACHED.test(stderr)) return audioTooComplex()
  if (killedBy) return failureOfSignal(killedBy)
  return exitCode === 0 ? undefined : faultOfFailure(stderr, new Error(stderr.slice(-500)))
}

function failureOfSignal(signal: NodeJS.Signals) {
  const cause = new Error(`ffmpeg was ended by ${signal}`)
  return SIGNALS_FROM_OUTSIDE.has(signal) ? decoderDied(cause) : audioUnreadable(cause)
}

const isMissing = (error: Error) => 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')
