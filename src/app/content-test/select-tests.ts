import { existsSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { AppError } from '#base/errors.ts'
import type { TestCase } from '#features/content/index.ts'

/** The tests of these files and folders, given from where one stands or from the content folder; all without any. */
export function selectTests(tests: readonly TestCase[], paths: readonly string[], root: string): TestCase[] {
  if (paths.length === 0) return [...tests]
  const wanted = paths.map((path) => toContentPath(path, root))
  const isIn = (file: string, path: string) => path === '' || file === path || file.startsWith(`${path}/`)
  const empty = wanted.findIndex((path) => !tests.some(({ file }) => isIn(file, path)))
  if (empty >= 0) throw new AppError('not_found', 'content.no_tests', `${paths[empty]} has no tests`)
  return tests.filter(({ file }) => wanted.some((path) => isIn(file, path)))
}

function toContentPath(path: string, root: string): string {
  const found = [resolve(path), resolve(root, path)].find(
    (candidate) => existsSync(candidate) && isBelow(root, candidate),
  )
  if (found === undefined) {
    throw new AppError('not_found', 'content.no_such_path', `There is no ${path} below ${root}`)
  }
  return relative(root, found).split(sep).join('/')
}

const isBelow = (root: string, path: string) => !relative(root, path).startsWith('..')
