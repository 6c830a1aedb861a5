import type { AppError } from '#base/errors.ts'
import { audioTooLong, audioTooShort, audioTruncated, audioUnreadable } from './errors.ts'

/** Below this no word can be told from a click. */
export const MIN_AUDIO_MS = 300

/** Messages of ffmpeg 4 to 8 for a file whose end is missing. A m4a without its "moov" was cut before its index. */
const CUT_OFF =
  /File ended prematurely|partial file|moov atom not found|stream \d+, offset 0x[0-9a-f]+: partial/
/** Then the length of the container is a guess, not a promise. */
const LENGTH_IS_ESTIMATED = /Estimating duration from bitrate/
const CONTAINER_LENGTH = /^ {2}Duration: (\d+):(\d\d):(\d\d\.\d+),/m

/** Encoders pad and trim; recorders stop their tracks at slightly different times. */
const MISSING_MS_ALLOWED = 500
const MISSING_SHARE_ALLOWED = 0.1

/** Why decoded sound cannot be used, or `undefined` when it can. `stderr` is what ffmpeg wrote at level info. */
export function faultOfDecoded(sound: {
  durationMs: number
  stderr: string
  maxSeconds: number
}): AppError | undefined {
  const { durationMs, stderr, maxSeconds } = sound
  // An empty m4a that lost its end is better named by what ffmpeg said about it.
  if (durationMs === 0) return CUT_OFF.test(stderr) ? audioTruncated() : audioUnreadable()
  if (durationMs > maxSeconds * 1_000) return audioTooLong(maxSeconds)
  if (CUT_OFF.test(stderr) || isShorterThanPromised(durationMs, stderr)) return audioTruncated()
  if (durationMs < MIN_AUDIO_MS) return audioTooShort(MIN_AUDIO_MS)
  return undefined
}

/** The fault of a file on which ffmpeg gave up. */
export function faultOfFailure(stderr: string, cause: unknown): AppError {
  return CUT_OFF.test(stderr) ? audioTruncated() : audioUnreadable(cause)
}

function isShorterThanPromised(durationMs: number, stderr: string): boolean {
  const [, hours, minutes, seconds] = CONTAINER_LENGTH.exec(stderr) ?? []
  if (seconds === undefined || LENGTH_IS_ESTIMATED.test(stderr)) return false
  const promisedMs = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000
  const allowedMs = Math.max(MISSING_MS_ALLOWED, promisedMs * MISSING_SHARE_ALLOWED)
  return promisedMs - durationMs > allowedMs
}
