import { z } from 'zod'
import type { Db } from '#platform/db/db.ts'
import type { FileStore } from '#platform/files/file-store.ts'
import { listStorageKeys } from './queries.ts'
import { folderOf, RECORDINGS } from './recording.ts'

const UserId = z.uuid()

export type StrayRecordingOptions = {
  /** Learners whose files are looked at in one go. */
  learnersAtOnce: number
  /** What is younger may yet get its row. */
  minAgeMs: number
}

/**
 * Removes sound that no row knows: a process died between storing the one and the other. Each call of the function goes
 * on where the last one stopped, and returns how many files it removed.
 */
export function createStrayRemover(
  { db, files }: { db: Db; files: FileStore },
  { learnersAtOnce, minAgeMs }: StrayRecordingOptions,
): () => Promise<number> {
  let folders: AsyncGenerator<string> | undefined

  async function nextLearners(): Promise<string[]> {
    folders ??= files.walkFolders(RECORDINGS)
    const userIds: string[] = []
    while (userIds.length < learnersAtOnce) {
      const { value, done } = await folders.next()
      if (done) {
        folders = undefined
        break
      }
      if (UserId.safeParse(value).success) userIds.push(value)
    }
    return userIds
  }

  return async () => {
    const userIds = await nextLearners()
    const found = await Promise.all(userIds.map((userId) => files.list(folderOf(userId))))
    const old = found.flat().filter(({ ageMs }) => ageMs >= minAgeMs)
    if (old.length === 0) return 0
    // Asked after the files were listed, so that a row that came in between is known.
    const known = await listStorageKeys(db, userIds)
    // If the database knows none of them, the files belong to another database.
    if (known.size === 0) return 0
    const strays = old.filter(({ key }) => !known.has(key))
    for (const { key } of strays) await files.remove(key)
    return strays.length
  }
}
