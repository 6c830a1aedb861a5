import { type AuthoredFault, compareFaults } from '#platform/authored/fault.ts'
import { checkLevels } from './check-levels.ts'
import { noteSmartQuotes } from './check-quotes.ts'
import type { ContentFile } from './content-catalogue.ts'
import type { PromptContracts } from './prompt-contract.ts'
import { readContent } from './read-content.ts'
import { checkSchemaLines } from './schema-lines.ts'
import type { VariationFile } from './situation-file.ts'

/** How a line would be read for scoring, given `pronunciations` (word → ARPAbet phones). */
export type CheckText = (
  text: string,
  pronunciations: Readonly<Record<string, string>>,
) => { isSpeakable: boolean; unreadable: string[]; guessed: string[] }

export type ContentCheck = {
  faults: AuthoredFault[]
  /** Worth a look, and no reason to refuse the content. */
  notes: AuthoredFault[]
}

type CheckOptions = {
  checkText?: CheckText
  /** What the service fills its prompts with. */
  contracts?: PromptContracts
  /** Faults of authored files that other features read. */
  others?: readonly AuthoredFault[]
}

/** Every fault below `root`, by file and line. With `checkText`, also what it says of the lines learners are to say. */
export function checkContent(
  root: string,
  { checkText, contracts, others = [] }: CheckOptions = {},
): ContentCheck {
  const { situations, faults } = readContent(root, contracts)
  const variations = situations.flatMap((situation) => situation.variations)
  const editors = checkSchemaLines(root)
  const lines = checkText ? variations.flatMap((variation) => checkLines(variation, checkText)) : []
  return {
    faults: [...faults, ...others, ...editors.faults, ...lines.flatMap((line) => line.faults)].toSorted(
      compareFaults,
    ),
    notes: [
      ...editors.notes,
      ...lines.flatMap(({ notes }) => notes),
      ...checkLevels(situations),
      ...noteSmartQuotes(root),
    ].toSorted(compareFaults),
  }
}

/** `file:line:column key message`; a fault of a whole file has no key. */
export const formatFault = ({ file, line, column, key, message }: AuthoredFault) =>
  [`${file}:${line}:${column}`, key, message].filter((part) => part !== '').join(' ')

/** The same for programs: a JSON array, errors and warnings together, by file and line. */
export function findingsAsJson({ faults, notes }: ContentCheck): string {
  const findings = [
    ...faults.map((fault) => ({ ...fault, severity: 'error' })),
    ...notes.map((note) => ({ ...note, severity: 'warning' })),
  ]
  return JSON.stringify(findings.toSorted(compareFaults), null, 2)
}

function checkLines({ value, faultAt }: ContentFile<VariationFile>, checkText: CheckText): ContentCheck[] {
  return (['ideal_responses', 'acceptable_responses'] as const).flatMap((list) =>
    value[list].map(({ text }, index) => {
      const { isSpeakable, unreadable, guessed } = checkText(text, value.pronunciations)
      const at = (message: string) => faultAt([list, index, 'text'], message)
      if (!isSpeakable) return { faults: [at('has no word that can be spoken')], notes: [] }
      const notes = [
        ...unreadable.map((piece) => at(`'${piece}' cannot be read and would not be scored`)),
        ...guessed.map((word) =>
          at(`the pronunciation of '${word}' is guessed from its letters: give it under pronunciations`),
        ),
      ]
      return { faults: [], notes }
    }),
  )
}
