import type { Command } from 'commander'
import { createTextCheck } from '#engines/speech/words/text-check.ts'
import { checkContent, findingsAsJson, formatFault } from '#features/content/index.ts'
import { readPrices } from '#features/usage/index.ts'
import { readConfig } from '#platform/config.ts'
import { PROMPT_CONTRACTS } from '../prompt-contracts.ts'
import { addCardCommands } from './content-cards.ts'
import { addContentReleaseCommands } from './content-releases.ts'
import { addContentTest } from './content-test.ts'

export function addContentCommands(program: Command): void {
  const content = program.command('content').description('The authored files in prompts/ and personas/')
  content
    .command('check')
    .argument(
      '[directory]',
      'folder that holds prompts/ and personas/ (default: MALGIL_CONTENT_DIR or the checkout)',
    )
    .option(
      '--json',
      'print errors and warnings as a JSON array of {file, line, column, key, message, severity}',
    )
    .option('--strict', 'take warnings for errors')
    .description('Check every file; errors and warnings are printed as file:line:column key message')
    .addHelpText('after', EXIT_CODES)
    .action(async (directory: string | undefined, { json = false, strict = false }: CheckOptions) => {
      await check(directory ?? readConfig(process.env).contentDir, { json, strict })
    })
  addCardCommands(content)
  content
    .command('preview')
    .argument('<variation>', 'name of a variation, or <situation>/<variation>')
    .option('--say <line...>', 'what the learner says, turn by turn (default: the first ideal response)')
    .option('--json', 'print it as JSON')
    .description('Print the exact messages that a model would get, their size and what the call would cost')
    .action(async (variation: string, { say, json }: { say?: string[]; json?: boolean }) => {
      const { printPreview } = await import('./content-preview.ts')
      await printPreview(readConfig(process.env).contentDir, variation, {
        says: say ?? [],
        json: json ?? false,
      })
    })
  content
    .command('play')
    .argument('<variation>', 'name of a variation, or <situation>/<variation>')
    .description('Play it in the terminal as it stands in the files, typed, with the configured models')
    .addHelpText('after', PLAY_HELP)
    .action(async (variation: string) => {
      const { playVariation } = await import('../demo/play-variation.ts')
      await playVariation(variation, process.env)
    })
  addContentReleaseCommands(content)
  addContentTest(content)
}

type CheckOptions = { json?: boolean; strict?: boolean }

const PLAY_HELP = `
Each line is a turn of the learner, "?" asks for the next hint, Ctrl-C or Ctrl-D ends. Nothing is kept: the service runs on a
temporary database beside whatever else runs. Without a model the partner plays the author's lines.`

const EXIT_CODES = `
Errors go to stdout, warnings to stderr (with --json both to stdout).
Exit codes: 0 no errors, warnings or not; 1 errors (with --strict also warnings), or nothing could be checked.`

async function check(root: string, { json, strict }: Required<CheckOptions>): Promise<void> {
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
