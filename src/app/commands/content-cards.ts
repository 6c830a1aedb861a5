import { type Command, Option } from 'commander'
import type { ExportFlags, ImportFlags } from './card-files.ts'

const DIRECTORY = 'folder that holds prompts/ and personas/ (default: MALGIL_CONTENT_DIR or the checkout)'

export function addCardCommands(content: Command): void {
  content
    .command('import-card')
    .argument('<file...>', 'character cards V2 or V3, as JSON or PNG')
    .option('--id <id>', 'what to call the persona (default: made from its name)')
    .option('--language <tag>', 'what it speaks', 'en')
    .option('--dir <directory>', DIRECTORY)
    .option('--force', 'replace a persona that is there already')
    .description(
      'Write character cards as personas/<id>.persona.md; the whole card is kept under extensions:',
    )
    .action(async (files: string[], flags: ImportFlags) => {
      const { importCards } = await import('./card-files.ts')
      importCards(files, flags)
    })
  content
    .command('export-card')
    .argument('<id>', 'the persona')
    .option('--png <picture>', 'write the card into a copy of this PNG')
    .option('--out <file>', 'where to write it (default: stdout; needed with --png)')
    .addOption(
      new Option('--spec <version>', 'of a persona that was no card before (default: v2)').choices([
        'v2',
        'v3',
      ]),
    )
    .option('--dir <directory>', DIRECTORY)
    .option('--force', 'replace the file')
    .description(
      'Write a persona as a character card; an imported one is as it was, with what was edited since',
    )
    .action(async (id: string, flags: ExportFlags) => {
      const { exportTo } = await import('./card-files.ts')
      exportTo(id, flags)
    })
}
