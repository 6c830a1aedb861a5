import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type FolderEntry = { name: string; isFolder: boolean }

/**
 * What lies directly in a folder below `root`, by name; nothing when there is no such folder. Hidden entries are
 * left out. A link counts as what it leads to, and one that leads nowhere as a file, which then fails to load.
 */
export function listFolder(root: string, relativePath: string): FolderEntry[] | undefined {
  const folder = join(root, relativePath)
  if (!isFolder(folder)) return undefined
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, entry.name))),
    }))
    .toSorted((left, right) => Number(left.name > right.name) - Number(left.name < right.name))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
