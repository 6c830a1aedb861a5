import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../support/repository.ts'

const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8')

/** The rows that the titles of a file name: `(faults.md A5, A8)`. */
const rowsIn = (path: string) =>
  [...read(path).matchAll(/faults\.md ([A-Z]\d+(?:, [A-Z]\d+)*)/g)].flatMap(([, rows = '']) =>
    rows.split(', '),
  )

type Row = { id: string; files: string[] }

const rows: Row[] = [...read('docs/faults.md').matchAll(/^\| ([A-Z]\d+) \|.*\|([^|]*)\|$/gm)].map(
  ([, id = '', files = '']) => ({
    id,
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  }),
)

const testFiles = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path)),
)

test('every row of the catalogue has a test that names it where it says', () => {
  const missing = rows.flatMap(({ id, files }) =>
    files.length === 0
      ? [id]
      : files.filter((file) => !rowsIn(file).includes(id)).map((file) => `${id} ${file}`),
  )

  expect(rows.length).toBeGreaterThan(30)
  expect(missing).toEqual([])
})

test('every test that names a row names one that is there', () => {
  const known = new Set(rows.map(({ id }) => id))
  const named = testFiles.flatMap((file) => rowsIn(file).map((id) => ({ file, id })))

  expect(named.filter(({ id }) => !known.has(id))).toEqual([])
})
