import type { AuthoredFault } from '#platform/authored/fault.ts'
import { formatOf } from './authored-formats.ts'
import type { ContentItem } from './content-items.ts'
import { pathIsPartial, pathUnknown } from './release-errors.ts'

/** Files and folders below the content root, with forward slashes. */
export type Selection = readonly string[]

const isSelected = (file: string, selection: Selection): boolean =>
  selection.some((path) => path === '' || file === path || file.startsWith(`${path}/`))

/** Those that keep the selection from being published: prompts with a broken partial in them cannot be read. */
export function faultsOfSelection(faults: readonly AuthoredFault[], selection: Selection): AuthoredFault[] {
  const hasPrompt = selection.some((path) => formatOf(path) === 'prompt')
  return faults.filter(
    ({ file }) => isSelected(file, selection) || (hasPrompt && formatOf(file) === 'partial'),
  )
}

/** What is published, with the selected files in place of their published texts; a file that is gone goes. */
export function mergeItems(
  published: readonly ContentItem[],
  files: readonly ContentItem[],
  selection: Selection,
): ContentItem[] {
  for (const path of selection) {
    if (formatOf(path) === 'partial') throw pathIsPartial(path)
    if (![...published, ...files].some(({ file }) => isSelected(file, [path]))) throw pathUnknown(path)
  }
  return [
    ...published.filter(({ file }) => !isSelected(file, selection)),
    ...files.filter(({ file }) => isSelected(file, selection)),
  ]
}
