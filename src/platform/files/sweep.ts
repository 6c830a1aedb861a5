import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes the files of `directory` that nobody has touched for `ageMs`. A missing directory is an empty one. */
export async function sweepOldFiles(directory: string, ageMs: number): Promise<number> {
  const names = await readdir(directory).catch(() => [])
  let removed = 0
  for (const name of names) {
    const path = join(directory, name)
    const modifiedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    )
    if (Date.now() - modifiedAt < ageMs) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}
