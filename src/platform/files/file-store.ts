import { access, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** `ageMs`: since it was put there. */
export type StoredFile = { key: string; ageMs: number }

/** Where recordings are kept. Keys are made by us: names joined with `/`, never anything a client wrote. */
export type FileStore = {
  /**
   * Takes over the file at `path`. Once this resolves it survives a crash. Storing a key again replaces it; where `path`
   * was taken over before, by a transaction that runs again, nothing happens.
   */
  keep: (key: string, path: string) => Promise<void>
  has: (key: string) => Promise<boolean>
  remove: (key: string) => Promise<void>
  /** Everything under the folder, and the folder. */
  removeFolder: (folder: string) => Promise<void>
  /** What lies directly in the folder; nothing where there is no such folder. */
  list: (folder: string) => Promise<StoredFile[]>
  /** The names of the folders in the folder, in no order, as they are asked for. */
  walkFolders: (folder: string) => AsyncGenerator<string>
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
    removeFolder: (folder) => rm(pathOf(folder), { recursive: true, force: true }),
    list: (folder) => listFiles(pathOf(folder), folder),
    walkFolders: (folder) => walkFolders(pathOf(folder)),
    withPath: (key, work) => work(pathOf(key)),
  }
}

async function listFiles(path: string, folder: string): Promise<StoredFile[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(nothingThere)
  const files = entries.filter((entry) => entry.isFile())
  return Promise.all(
    files.map(async ({ name }) => {
      // Changed when it was moved here, not when it was written.
      const { ctimeMs } = await stat(join(path, name))
      return { key: `${folder}/${name}`, ageMs: Date.now() - ctimeMs }
    }),
  )
}

async function* walkFolders(path: string): AsyncGenerator<string> {
  const directory = await opendir(path).catch(nothingThere)
  for await (const entry of directory) if (entry.isDirectory()) yield entry.name
}

function nothingThere(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
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
