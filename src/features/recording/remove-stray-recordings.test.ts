import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#base/ids.ts'
import { createLocalFileStore } from '#platform/files/file-store.ts'
import { storageKeyOf } from './recording.ts'
import { createStrayRemover } from './remove-stray-recordings.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'malgil-strays-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

/** A database that knows these keys and nothing else. */
const knowing = (...keys: string[]) => {
  const query = {
    select: () => query,
    where: () => query,
    execute: async () => keys.map((storageKey) => ({ storageKey })),
  }
  return { selectFrom: () => query } as never
}

async function givenFiles(userIds: string[]) {
  const files = createLocalFileStore(dataDir)
  const keys = userIds.map((userId) => storageKeyOf(userId, 'a'.repeat(64)))
  for (const key of keys) {
    await writeFile(join(dataDir, 'upload'), 'sound')
    await files.keep(key, join(dataDir, 'upload'))
  }
  return { files, keys }
}

test('sound that no row knows is removed, a few learners at a time, over and over (faults.md E20)', async () => {
  const { files, keys } = await givenFiles([newId(), newId(), newId()])
  const remove = createStrayRemover({ db: knowing(keys[0] ?? ''), files }, { learnersAtOnce: 2, minAgeMs: 0 })

  const removed = [await remove(), await remove(), await remove()]

  expect(removed.reduce((sum, count) => sum + count)).toBe(2)
  expect(await Promise.all(keys.map(files.has))).toEqual([true, false, false])
})

test('sound that may yet get its row stays, and no folder at all is no fault (faults.md E20)', async () => {
  const empty = createStrayRemover(
    { db: knowing(), files: createLocalFileStore(dataDir) },
    { learnersAtOnce: 2, minAgeMs: 0 },
  )
  expect(await empty()).toBe(0)

  const { files, keys } = await givenFiles([newId()])
  const remove = createStrayRemover({ db: knowing(), files }, { learnersAtOnce: 2, minAgeMs: 60_000 })
  expect(await remove()).toBe(0)
  expect(await files.has(keys[0] ?? '')).toBe(true)
})

test('sound of another database is left alone (faults.md E20)', async () => {
  const { files, keys } = await givenFiles([newId(), newId()])
  const remove = createStrayRemover({ db: knowing(), files }, { learnersAtOnce: 2, minAgeMs: 0 })

  expect(await remove()).toBe(0)
  expect(await Promise.all(keys.map(files.has))).toEqual([true, true])
})
