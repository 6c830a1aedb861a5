import type { AuthoredFault } from '#platform/authored/fault.ts'
import { type FolderEntry, listFolder } from '#platform/authored/list-folder.ts'
import { isKebabCase } from './authored-text.ts'

export type Report = (...faults: AuthoredFault[]) => void

/** A file or folder whose name is as it should be; `name` is without the ending. */
export type NamedEntry = { path: string; name: string }

export type FolderRules = {
  /** What follows the name of every file, such as `.prompt.md`. */
  ending: string
  /** Which names files may have besides kebab-case ones. */
  allowsName?: (name: string) => boolean
  /** Which folders may lie there. */
  allowsFolder?: (name: string) => boolean
  /** Then it is no fault when there is no such folder. */
  isOptional?: boolean
}

export type ContentFolder = { files: NamedEntry[]; folders: NamedEntry[] }

const NOTES = 'README.md'

/** A folder's content by name. Whatever should not lie there is a fault: a misspelt ending must not hide a file. */
export function readContentFolder(
  root: string,
  folder: string,
  rules: FolderRules,
  report: Report,
): ContentFolder {
  const entries = listFolder(root, folder)
  if (!entries && !rules.isOptional) report(fileFault(folder, 'is missing: no such folder'))
  const content: ContentFolder = { files: [], folders: [] }
  for (const entry of entries ?? []) {
    const path = `${folder}/${entry.name}`
    const name = nameOf(entry, rules)
    if (name !== undefined) content[entry.isFolder ? 'folders' : 'files'].push({ path, name })
    else if (entry.name !== NOTES) report(fileFault(path, unexpected(entry, rules)))
  }
  return content
}

/** A fault of a file or folder as a whole. */
export const fileFault = (file: string, message: string): AuthoredFault => ({
  file,
  line: 1,
  column: 1,
  key: '',
  message,
})

function nameOf(
  { name, isFolder }: FolderEntry,
  { ending, allowsFolder, allowsName }: FolderRules,
): string | undefined {
  if (isFolder) return allowsFolder?.(name) ? name : undefined
  const stem = name.endsWith(ending) ? name.slice(0, -ending.length) : ''
  return isKebabCase(stem) || allowsName?.(stem) ? stem : undefined
}

const unexpected = ({ isFolder }: FolderEntry, { ending }: FolderRules) =>
  isFolder
    ? 'is no folder that belongs here'
    : `does not belong here: files are called <kebab-case-name>${ending}`
