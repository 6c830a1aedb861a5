import type { Command } from 'commander'
import { createTextCheck } from '#engines/speech/words/text-check.ts'
import { checkContent, faultsAsJson, formatFault } from '#features/content/index.ts'
import { readPrices } from '#features/usage/index.ts'
import { readConfig } from '#platform/config.ts'
import { printPreview } from './content-preview.ts'
import { addContentTest } from './content-test.ts'

export function addContentCommands(program: Command): void {
  const content = program.command('content').description('The authored files in prompts/ and personas/')
  content
    .command('check')
    .argument(
      '[directory]',
      'folder that holds prompts/ and personas/ (default: MALGIL_CONTENT_DIR or the checkout)',
    )
    .option('--json', 'print the faults as JSON')
    .description('Check every file; faults are printed as file:line:column key message')
    .action(async (directory: string | undefined, { json }: { json?: boolean }) => {
      await check(directory ?? readConfig(process.env).contentDir, { json: json ?? false })
    })
  content
    .command('preview')
    .argument('<variation>', 'name of a variation, or <situation>/<variation>')
    .option('--say <line...>', 'what the learner says, turn by turn (default: the first ideal response)')
    .option('--json', 'print it as JSON')
    .description('Print the exact messages that a model would get, their size and what the call would cost')
    .action((variation: string, { say, json }: { say?: string[]; json?: boolean }) => {
      printPreview(readConfig(process.env).contentDir, variation, { says: say ?? [], json: json ?? false })
    })
  addContentTest(content)
}

async function check(root: string, { json }: { json: boolean }): Promise<void> {
  const { faults, notes } = checkContent(root, {
    checkText: await createTextCheck(),
    others: readPrices(root).faults,
  })
  if (json) console.log(faultsAsJson(faults))
  else for (const fault of faults) console.log(formatFault(fault))
  for (const note of notes) console.error(`note: ${formatFault(note)}`)
  if (faults.length > 0) {
    console.error(`${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in ${root}`)
    process.exitCode = 1
  } else {
    console.error(`No faults in ${root}`)
  }
}
