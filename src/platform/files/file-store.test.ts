import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLocalFileStore } from './file-store.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malgil-store-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('a file is kept once when its transaction runs again (faults.md E7)', async () => {
  const files = createLocalFileStore(directory)
  const upload = join(directory, 'upload')
  await writeFile(upload, 'sound')
  await files.keep('recordings/learner/hash', upload)

  await files.keep('recordings/learner/hash', upload)

  expect(await readFile(join(directory, 'recordings/learner/hash'), 'utf8')).toBe('sound')
})

test('a file that is nowhere cannot be kept', async () => {
  const files = createLocalFileStore(directory)
  await expect(files.keep('recordings/learner/hash', join(directory, 'upload'))).rejects.toThrow(/ENOENT/)
})
