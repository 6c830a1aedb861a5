import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export type FolderWatch = { stop: () => Promise<void> }

export type WatchedFolders = { root: string; folders: readonly string[] }

export type WatchOptions = WatchedFolders & {
  /** `fingerprintOf` from before the files were read that are known already. */
  seen: string
  /** Called when something changed and then was left alone for one look; again if it throws. */
  onChange: () => Promise<void>
  onError: (error: unknown) => void
  intervalMs?: number | undefined
}

const INTERVAL_MS = 1_000

/**
 * Looks at names, times and sizes instead of asking the system for events: those get lost on network and container
 * mounts and for folders that are new or renamed, and a thousand files cost a few milliseconds.
 */
export function watchFolders({
  intervalMs = INTERVAL_MS,
  seen,
  onError,
  ...watched
}: WatchOptions): FolderWatch {
  const state = { handled: seen, last: seen, isStopped: false }
  let timer: NodeJS.Timeout | undefined
  let looking = Promise.resolve()
  const schedule = () => {
    if (state.isStopped) return
    timer = setTimeout(() => {
      looking = look(state, watched).catch(onError).finally(schedule)
    }, intervalMs)
    timer.unref()
  }
  schedule()
  return {
    async stop() {
      state.isStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}

type WatchState = { handled: string; last: string }

async function look(
  state: WatchState,
  { onChange, ...folders }: WatchedFolders & Pick<WatchOptions, 'onChange'>,
): Promise<void> {
  const now = await fingerprintOf(folders)
  const isStill = now === state.last
  state.last = now
  // A file that grows is still being written, and an editor saves several in a row.
  if (!isStill || now === state.handled) return
  await onChange()
  // As it was before the reading: what changed meanwhile is seen at the next look.
  state.handled = now
}

/** Differs when a file below the folders came, went, was renamed or written. */
export async function fingerprintOf({ root, folders }: WatchedFolders): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of folders) {
    const paths = await readdir(join(root, folder), { recursive: true }).catch(() => [])
    const lines = await Promise.all(paths.toSorted().map((path) => describe(join(root, folder, path))))
    hash.update(`${folder}\n${lines.join('')}`)
  }
  return hash.digest('hex')
}

async function describe(path: string): Promise<string> {
  // Gone since it was listed: the next look will tell.
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  if (stats === undefined) return `${path} is gone\n`
  return stats.isDirectory()
    ? `${path}\n`
    : `${path} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}\n`
}
