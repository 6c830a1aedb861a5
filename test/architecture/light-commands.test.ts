import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { listSourceFiles } from './source-files.ts'

const textOf = new Map(listSourceFiles().map(({ path, text }) => [path, text]))

/** What is imported when a file is: neither types nor what is imported later. */
function loadedBy(path: string): string[] {
  const statements = (textOf.get(path) ?? '').matchAll(
    /(?:^|\n)(?:import|export)\s(?!type\b)[^'"`;]*?from\s*['"]([^'"]+)['"]/g,
  )
  return Array.from(statements, ([, specifier = '']) => {
    if (specifier.startsWith('#')) return specifier.slice(1)
    return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier
  })
}

function packagesOf(entries: readonly string[]): string[] {
  const seen = new Set(entries)
  for (const path of seen) for (const loaded of loadedBy(path)) seen.add(loaded)
  return [...seen].filter((name) => !textOf.has(name) && !name.startsWith('node:')).sort()
}

test('a check of content waits for neither the database nor a vendor’s package', () => {
  expect(packagesOf(['app/cli.ts', 'app/commands/content.ts', 'app/commands/content-check.ts'])).toEqual([
    'commander',
    'handlebars',
    'js-yaml',
    'n2words/en-US',
    'zod',
  ])
})

test('publishing loads the database, so the search above would find it', () => {
  expect(packagesOf(['app/commands/content-publish.ts'])).toContain('kysely')
})
