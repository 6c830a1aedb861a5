import { access, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where recordings are kept. Keys are made by us: names joined with `/`, never anything a client wrote. */
export type FileStore = {
  /**
   * Takes over the file at `path`. Once this resolves it survives a crash. Storing a key again replaces it; where `path`
   * was taken over before, by a transaction that runs again, nothing happens.
   */
  keep: (key: string, path: string) => Promise<void>
  has: (key: string) => Promise<boolean>
  remove: (key: string) => Promise<void>
  /** A path of the file for as long as `work` runs: decoders and partial answers want files, not streams. */
  withPath: <T>(key: string, work: (path: string) => Promise<T>) => Promise<T>
}

export function createLocalFileStore(directory: string): FileStore {
  const pathOf = (key: string) => join(directory, ...key.split('/'))
  return {
    async keep(key, path) {
      const target = pathOf(key)
      if (!(await exists(path)) && (await exists(target))) return
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await sync(path)
      await rename(path, target)
      await sync(dirname(target))
    },
    has: (key) => exists(pathOf(key)),
    remove: (key) => rm(pathOf(key), { force: true }),
    withPath: (key, work) => work(pathOf(key)),
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** A rename is only as durable as the bytes and the folder it renames in. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
