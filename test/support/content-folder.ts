import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { REPOSITORY } from './repository.ts'

export type ContentFolder = AsyncDisposable & {
  root: string
  read: (file: string) => Promise<string>
  write: (file: string, text: string | Uint8Array) => Promise<void>
  remove: (file: string) => Promise<void>
  /** Puts `to` in place of `from`, which must be there. */
  change: (file: string, from: string, to: string) => Promise<void>
  /** Undoes all that was written and removed. */
  restore: () => Promise<void>
  dispose: () => Promise<void>
}

/** A copy of the repository's content that a test may change. */
export async function givenContentFolder(): Promise<ContentFolder> {
  const root = await mkdtemp(join(tmpdir(), 'malgil-content-'))
  for (const folder of ['prompts', 'personas']) {
    await cp(join(REPOSITORY, folder), join(root, folder), { recursive: true })
  }
  const read = (file: string) => readFile(join(root, file), 'utf8')
  const touched = new Set<string>()
  const write = async (file: string, text: string | Uint8Array) => {
    touched.add(file)
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), text)
  }
  const restore = async (file: string) => {
    const original = await readFile(join(REPOSITORY, file)).catch(() => undefined)
    await (original === undefined ? rm(join(root, file), { force: true }) : write(file, original))
  }
  return {
    root,
    read,
    write,
    async remove(file) {
      touched.add(file)
      await rm(join(root, file))
    },
    async change(file, from, to) {
      const text = await read(file)
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
      await write(file, text.replace(from, to))
    },
    async restore() {
      const files = [...touched]
      touched.clear()
      for (const file of files) await restore(file)
      touched.clear()
    },
    dispose: () => rm(root, { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
