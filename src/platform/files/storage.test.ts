import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toAppError } from '../http/error-handler.ts'
import { makeDataDir, requireRoom } from './storage.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'malgil-storage-'))
})
afterAll(() => rmSync(root, { recursive: true }))

describe('a data directory', () => {
  test('is made with all levels, for its owner alone (faults.md E15)', () => {
    const dataDir = join(root, 'a', 'b')

    makeDataDir(dataDir)

    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('that stands open to others is closed to them (faults.md E15)', () => {
    const dataDir = join(root, 'open')
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o777)

    makeDataDir(dataDir)

    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  })

  test.each(['/proc/nope', '/proc/nope/deeper', '/dev/null/x'])(
    '%s is refused at once (faults.md E16)',
    (dataDir) => {
      expect(() => makeDataDir(dataDir)).toThrow(
        expect.objectContaining({ code: 'data_dir.unwritable', message: expect.stringContaining(dataDir) }),
      )
    },
  )

  test('below a file is refused (faults.md E16)', () => {
    writeFileSync(join(root, 'file'), '')

    expect(() => makeDataDir(join(root, 'file', 'data'))).toThrow(
      expect.objectContaining({ code: 'data_dir.unwritable' }),
    )
  })
})

describe('a disk without room (faults.md E18)', () => {
  test('is not ready for more', async () => {
    await expect(requireRoom(root, 1)).resolves.toBeUndefined()
    await expect(requireRoom(root, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: 'storage.full' })
  })

  test.each(['ENOSPC', 'EDQUOT', 'EROFS'])('is told as such when writing fails with %s', (code) => {
    const error = Object.assign(new Error('write'), { code })

    expect(toAppError(error)).toMatchObject({ kind: 'unavailable', code: 'storage.full', retryAfterS: 30 })
  })
})
