import type { ContentItem } from './content-items.ts'
import { pathUnknown } from './release-errors.ts'

/** Files and folders below the content root, with forward slashes. */
export type Selection = readonly string[]

export const isSelected = (file: string, selection: Selection): boolean =>
  selection.some((path) => path === '' || file === path || file.startsWith(`${path}/`))

/** What is published, with the selected files in place of their published texts; a file that is gone goes. */
export function mergeItems(
  published: readonly ContentItem[],
  files: readonly ContentItem[],
  selection: Selection,
): ContentItem[] {
  for (const path of selection) {
    if (![...published, ...files].some(({ file }) => isSelected(file, [path]))) throw pathUnknown(path)
  }
  return [
    ...published.filter(({ file }) => !isSelected(file, selection)),
    ...files.filter(({ file }) => isSelected(file, selection)),
  ]
}
