import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

export const SOURCE_ROOT = join(import.meta.dirname, '../../src')

export type SourceFile = { path: string; text: string }

/** Every TypeScript file of src, with its path from there, `platform/db/db.ts`. */
export function listSourceFiles(): SourceFile[] {
  return readdirSync(SOURCE_ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(SOURCE_ROOT, path).split(sep).join('/'),
      text: readFileSync(path, 'utf8'),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** What a file imports or re-exports, as written, dynamic imports and workers' URLs included. */
export function importsOf({ text }: SourceFile): string[] {
  const statements = text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/g)
  const bare = text.matchAll(/(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g)
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)
  const workers = text.matchAll(/new URL\(\s*['"](\.[^'"]+\.ts)['"]/g)
  return [...statements, ...bare, ...dynamic, ...workers].flatMap(([, specifier]) => specifier ?? [])
}
