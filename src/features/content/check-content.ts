import { type AuthoredFault, compareFaults } from '#platform/authored/fault.ts'
import type { ContentFile } from './content-catalogue.ts'
import { readContent } from './read-content.ts'
import type { VariationFile } from './situation-file.ts'

/** The words of `text` that neither the dictionary nor `pronunciations` (word → ARPAbet phones) knows. */
export type IsSpeakable = (text: string, pronunciations: Readonly<Record<string, string>>) => string[]

/** Every fault below `root`, by file and line. With `isSpeakable`, also learner lines that could not be scored. */
export function checkContent(
  root: string,
  { isSpeakable }: { isSpeakable?: IsSpeakable } = {},
): AuthoredFault[] {
  const { situations, faults } = readContent(root)
  const variations = situations.flatMap((situation) => situation.variations)
  const unspeakable = isSpeakable
    ? variations.flatMap((variation) => speechFaults(variation, isSpeakable))
    : []
  return [...faults, ...unspeakable].toSorted(compareFaults)
}

/** `file:line:column key message`; a fault of a whole file has no key. */
export const formatFault = ({ file, line, column, key, message }: AuthoredFault) =>
  [`${file}:${line}:${column}`, key, message].filter((part) => part !== '').join(' ')

/** The same for programs: a JSON array of faults. */
export const faultsAsJson = (faults: readonly AuthoredFault[]) => JSON.stringify(faults, null, 2)

function speechFaults(
  { value, faultAt }: ContentFile<VariationFile>,
  isSpeakable: IsSpeakable,
): AuthoredFault[] {
  return (['ideal_responses', 'acceptable_responses'] as const).flatMap((list) =>
    value[list].flatMap(({ text }, index) =>
      isSpeakable(text, value.pronunciations).map((word) =>
        faultAt([list, index, 'text'], `word '${word}' has no pronunciation: add it under pronunciations`),
      ),
    ),
  )
}
