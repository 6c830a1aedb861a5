import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '#base/errors.ts'

/** The device is full, the quota is used up, or the file system was mounted read-only after a fault. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS'])
/** Less than this and the next recordings do not fit. */
const MIN_FREE_BYTES = 64 * 1024 * 1024

export const isStorageFull = (error: unknown) =>
  error instanceof Error && 'code' in error && FULL.has(String(error.code))

export const storageFull = (cause?: unknown) =>
  new AppError('unavailable', 'storage.full', 'There is no room left to store recordings: try again later', {
    retryAfterS: 30,
    cause,
  })

/** Throws `storage.full` where a recording would hardly fit any more. */
export async function requireRoom(directory: string, minFreeBytes = MIN_FREE_BYTES): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize < minFreeBytes) throw storageFull()
}

/**
 * Makes the directory, closed to other users of the machine, and proves that it can be written. Throws
 * `data_dir.unwritable`. Each level is made by itself: Node's recursive way never ends below /proc.
 */
export function makeDataDir(dataDir: string): void {
  const probe = join(dataDir, `.probe-${process.pid}`)
  try {
    makeLevels(dataDir)
    // One that an older version made may be open; what lies in it is behind this door.
    if ((statSync(dataDir).mode & 0o077) !== 0) chmodSync(dataDir, 0o700)
    // An empty file fits on a full disk too.
    writeFileSync(probe, 'probe')
    rmSync(probe)
  } catch (cause) {
    throw dataDirUnwritable(dataDir, cause)
  }
}

function makeLevels(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(directory) !== directory) makeLevels(dirname(directory))
  mkdirSync(directory, { mode: 0o700 })
}

/** Takes from others what they may do with a directory and everything in it. */
export function closeToOthers(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const { mode } = statSync(path)
    if ((mode & 0o077) !== 0) chmodSync(path, mode & 0o700)
  }
}

export const dataDirUnwritable = (dataDir: string, cause: unknown) =>
  new AppError(
    'unavailable',
    'data_dir.unwritable',
    `The data directory ${dataDir} cannot be written: set MALGIL_DATA_DIR to one that can`,
    { cause },
  )
