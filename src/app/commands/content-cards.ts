import { writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { AppError } from '#base/errors.ts'
import {
  type CardImport,
  type CardSpec,
  exportCard,
  formatFault,
  importCard,
} from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'

type ImportFlags = { id?: string; language: string; dir?: string; force?: boolean }
type ExportFlags = { png?: string; out?: string; spec?: CardSpec; dir?: string; force?: boolean }

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
    .action((files: string[], flags: ImportFlags) => {
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
    .action((id: string, { png, out, spec, dir, force }: ExportFlags) => {
      if (png !== undefined && out === undefined) throw outMissing()
      const card = exportCard(id, { root: rootOf(dir), picture: png, spec })
      if (out === undefined) process.stdout.write(card)
      else writeNew(out, { card, replaces: force ?? false })
    })
}

const rootOf = (directory: string | undefined) => directory ?? readConfig(process.env).contentDir

/** Every file is tried; what is wrong with one never keeps the others out. */
function importCards(files: string[], { id, language, dir, force }: ImportFlags): void {
  if (id !== undefined && files.length > 1) throw idOfMany()
  const options = { root: rootOf(dir), id, language, replaces: force ?? false }
  for (const file of files) tell(importCard(file, options))
}

function tell(imported: CardImport): void {
  if (imported.ok) {
    console.log(imported.path)
    for (const note of imported.notes) console.error(`note: ${imported.path} ${note}`)
    return
  }
  for (const fault of imported.faults) console.error(formatFault(fault))
  process.exitCode = 1
}

function writeNew(path: string, { card, replaces }: { card: Buffer; replaces: boolean }): void {
  try {
    writeFileSync(path, card, { flag: replaces ? 'w' : 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new AppError('conflict', 'card.file_exists', `${path} is there already: --force replaces it`)
  }
}

const outMissing = () =>
  new AppError('invalid', 'card.out_missing', '--png needs --out: where to write the picture')
const idOfMany = () => new AppError('invalid', 'card.id_of_many', '--id is for one card alone')
