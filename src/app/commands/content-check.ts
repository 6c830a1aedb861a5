import { createTextCheck } from '#engines/speech/words/text-check.ts'
import { checkContent, findingsAsJson, formatFault } from '#features/content/authored.ts'
import { readPrices } from '#features/usage/authored.ts'
import { PROMPT_CONTRACTS } from '../prompt-contracts.ts'

export type CheckOptions = { json?: boolean; strict?: boolean }

/** Prints what is wrong below the folder, and says by the exit code whether it may be published. */
export async function printCheck(
  root: string,
  { json = false, strict = false }: CheckOptions,
): Promise<void> {
  const found = checkContent(root, {
    checkText: await createTextCheck(),
    contracts: PROMPT_CONTRACTS,
    others: readPrices(root).faults,
  })
  const { faults, notes } = found
  if (json) console.log(findingsAsJson(found))
  else {
    for (const fault of faults) console.log(formatFault(fault))
    for (const note of notes) console.error(`warning: ${formatFault(note)}`)
  }
  console.error(`${count(faults, 'error')} and ${count(notes, 'warning')} in ${root}`)
  if (faults.length > 0 || (strict && notes.length > 0)) process.exitCode = 1
}

const count = ({ length }: readonly unknown[], name: string) =>
  `${length === 0 ? 'no' : length} ${name}${length === 1 ? '' : 's'}`
